import subprocess
import sys
from pathlib import Path

import pytest
from anykube_cli.commands.root import cli
from anykube_cli.preflight import clouds
from anykube_cli.toolchain import paths
from rich.console import Console
from typer.testing import CliRunner

_SDKS = {
    "aws": ("boto3", "botocore", "pulumi_aws"),
    "gcp": ("google.auth", "googleapiclient", "pulumi_gcp"),
    "azure": ("azure.core", "msal", "pulumi_azure_native"),
}

_SCRIPT = """
import sys
import anykube_cli.checks
from anykube_cli.preflight import clouds, reach
from tests.operations.preflight.specs import spec

cloud = sys.argv[1]
subjects = [problem.subject for problem in clouds.check("some-stack", spec(cloud)).errors]
assert [subject for subject in subjects if subject != reach.NAME] == ["credentials"]
print(*sys.modules)
"""

_NO_CREDENTIALS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "NO_GCE_CHECK": "true",
}
"""Disables the metadata services that could provide credentials."""


@pytest.mark.parametrize("cloud", clouds.CLOUDS)
def test_does_not_import_other_clouds(cloud: str, tmp_path: Path) -> None:
    """Neither the modules nor the SDKs. There are no credentials, so no request is sent."""
    environment = {**_NO_CREDENTIALS, "HOME": str(tmp_path), "PATH": str(tmp_path), "PYTHONPATH": str(paths.checkout())}
    command = [sys.executable, "-c", _SCRIPT, cloud]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    loaded = set(run.stdout.split())
    assert {_SDKS[cloud][0], f"anykube_cli.preflight.{cloud}"} <= loaded
    for other in set(clouds.CLOUDS) - {cloud}:
        assert not loaded & {*_SDKS[other], f"anykube_cli.preflight.{other}"}


@pytest.mark.parametrize(
    ("cloud", "sentence"),
    [("aws", "aws sso login"), ("gcp", "gcloud auth application-default login"), ("azure", "az login")],
)
def test_missing_credentials_exit_with_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloud: str, sentence: str
) -> None:
    extras: list[set[str]] = []
    monkeypatch.setattr("anykube_cli.toolchain.bootstrap.ensure", extras.append)
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "ARM_CLIENT_SECRET",
        "ARM_USE_OIDC",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CREDENTIALS",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        **_NO_CREDENTIALS,
        "AZURE_CONFIG_DIR": str(tmp_path),
        "CLOUDSDK_CONFIG": str(tmp_path),
        "PATH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("anykube_cli.checks._out", Console(width=300))
    run = CliRunner().invoke(cli, ["preflight", "--stack", f"{cloud}-dev"])
    assert run.exit_code == 2
    assert "no credentials found" in run.output
    assert sentence in run.output
    assert "Traceback" not in run.output
    assert all(installed == {cloud} for installed in extras)


def test_stack_without_a_cloud_account() -> None:
    run = CliRunner().invoke(cli, ["preflight", "--stack", "local"])
    assert run.exit_code == 0
    assert "there is no account to check" in run.output
