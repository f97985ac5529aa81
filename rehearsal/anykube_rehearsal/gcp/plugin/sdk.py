"""The Pulumi SDK of Google Cloud, and the table of its properties."""

from pathlib import Path

from anykube_rehearsal.cloud.plugin.sdk import Sdk
from anykube_rehearsal.cloud.plugin.table import Tables

SDK = Sdk("pulumi_gcp")
TABLES = Tables(Path(__file__).parent, {"labels": {"replaces": False}, "effectiveLabels": {"replaces": False}})
