"""A stack imports no modules and no SDK of other clouds."""

import subprocess
import sys
from pathlib import Path

import pytest

# Each test imports a whole SDK.
pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_FOLDERS = {"aws": "eks", "gcp": "gke", "azure": "aks"}
_SDKS = {
    "aws": ("pulumi_aws", "boto3", "botocore"),
    "gcp": ("pulumi_gcp", "google.auth", "googleapiclient"),
    "azure": ("pulumi_azure_native", "azure"),
}
_VOCABULARY = {"spec", "facts", "routing", "machines", "placement", "platform_names"}
_VOCABULARY |= {"definition", "resource_types", "rules", "secret_manager", "sections", "credentials"}
"""Modules that validation needs. They import no SDK."""
_PROGRAM = """
import asyncio, os, sys
import pulumi
from pulumi.runtime.mocks import Mocks
from anykube._stack_cluster import cluster_of
from anykube.settings.loader import load

class Nothing(Mocks):
    def new_resource(self, args): return args.name, args.inputs
    def call(self, args): return {}

asyncio.set_event_loop(asyncio.new_event_loop())
pulumi.runtime.set_mocks(Nothing(), preview=True)
spec = load(sys.argv[1]).cluster
cluster = cluster_of(spec)
cluster.context
print(type(cluster).__name__, *sys.modules, flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("stack", "cloud", "component"),
    [
        ("aws-prod", "aws", "EksCluster"),
        ("gcp-prod", "gcp", "GkeCluster"),
        ("azure-prod", "azure", "AksCluster"),
        ("local", None, "LocalCluster"),
    ],
)
def test_stack_imports_only_its_own_cloud(stack: str, cloud: str | None, component: str) -> None:
    command = [sys.executable, "-c", _PROGRAM, stack]
    process = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    class_name, *modules = process.stdout.split()
    assert class_name == component
    for other, folder in _FOLDERS.items():
        package = f"anykube._clusters.{folder}."
        cloud_modules = {module.removeprefix(package) for module in modules if module.startswith(package)}
        sdk = [module for module in modules if module.partition(".")[0] in _SDKS[other] or module in _SDKS[other]]
        if other == cloud:
            assert "cluster" in cloud_modules
            assert sdk
        else:
            assert cloud_modules <= _VOCABULARY
            assert sdk == []
