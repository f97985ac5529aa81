"""The Pulumi SDK of Azure, and the table of its properties."""

from pathlib import Path

from anykube_rehearsal.cloud.plugin.sdk import Sdk
from anykube_rehearsal.cloud.plugin.table import Tables

SDK = Sdk("pulumi_azure_native")
TABLES = Tables(Path(__file__).parent, {})
