"""The SDK whose types are judged by, and the table beside it."""

from pathlib import Path

from sandbox.cloud.plugin.sdk import Sdk
from sandbox.cloud.plugin.table import Tables

SDK = Sdk("pulumi_azure_native")
TABLES = Tables(Path(__file__).parent, {})
