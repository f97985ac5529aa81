"""The AWS SDK and the table of its properties."""

from pathlib import Path

from anykube_rehearsal.cloud.plugin.sdk import Sdk
from anykube_rehearsal.cloud.plugin.table import Tables

SDK = Sdk("pulumi_aws")
TABLES = Tables(Path(__file__).parent, {"tagsAll": {"replaces": False}, "tags": {"replaces": False}})
