"""The login of a CI job with its OIDC token, as the clouds' own SDKs read it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from anykube_cli.ci.login import LoginError, variables
from google.auth import identity_pool

_AWS = {"AWS_ROLE": "arn:aws:iam::123456789012:role/anykube-preview", "AWS_REGION": "eu-west-1"}
_GOOGLE = {
    "GOOGLE_PROVIDER": "projects/12/locations/global/workloadIdentityPools/ci/providers/gitlab",
    "GOOGLE_ACCOUNT": "preview@acme.iam.gserviceaccount.com",
}
_AZURE = {"AZURE_CLIENT": "11111111-aaaa", "AZURE_TENANT": "22222222-bbbb", "AZURE_SUBSCRIPTION": "33333333-cccc"}


def test_without_a_cloud_nothing_is_set_or_written(tmp_path: Path) -> None:
    # GitHub sets an unset variable to an empty text, GitLab leaves the reference as it is.
    assert variables({"AWS_ROLE": "", "GOOGLE_PROVIDER": "", "AZURE_CLIENT": "$AZURE_PREVIEW_CLIENT"}, tmp_path) == {}
    assert not list(tmp_path.iterdir())


def test_boto3_assumes_the_role_with_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables({**_AWS, "AWS_ID_TOKEN": "the token"}, tmp_path).items():
        monkeypatch.setenv(name, value)
    credentials = boto3.Session().get_credentials()
    assert credentials is not None
    assert credentials.method == "assume-role-with-web-identity"


def test_googles_library_impersonates_the_account_with_the_token(tmp_path: Path) -> None:
    result = variables({**_GOOGLE, "GOOGLE_ID_TOKEN": "the token"}, tmp_path)
    credentials = identity_pool.Credentials.from_file(result["GOOGLE_APPLICATION_CREDENTIALS"])
    assert credentials.service_account_email == _GOOGLE["GOOGLE_ACCOUNT"]
    source = json.loads(Path(result["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())["credential_source"]
    assert Path(source["file"]).read_text() == "the token"


def test_azure_variables_on_github_and_gitlab(tmp_path: Path) -> None:
    on_github = variables(_AZURE, tmp_path)
    assert on_github == {
        "ARM_USE_OIDC": "true",
        "ARM_CLIENT_ID": "11111111-aaaa",
        "ARM_TENANT_ID": "22222222-bbbb",
        "ARM_SUBSCRIPTION_ID": "33333333-cccc",
    }
    on_gitlab = variables({**_AZURE, "AZURE_ID_TOKEN": "the token"}, tmp_path)
    assert on_gitlab.items() > on_github.items()
    assert Path(on_gitlab["ARM_OIDC_TOKEN_FILE_PATH"]).read_text() == "the token"
    assert on_gitlab["AZURE_FEDERATED_TOKEN_FILE"] == on_gitlab["ARM_OIDC_TOKEN_FILE_PATH"]


def test_tokens_are_only_in_private_files(tmp_path: Path) -> None:
    tokens = {"AWS_ID_TOKEN": "token A", "GOOGLE_ID_TOKEN": "token G", "AZURE_ID_TOKEN": "token Z"}
    result = variables({**_AWS, **_GOOGLE, **_AZURE, **tokens}, tmp_path / "tokens")
    assert not set(tokens.values()) & set(result.values())
    files = list((tmp_path / "tokens").iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("job", "message"),
    [
        ({"AWS_ROLE": "role", "AWS_ID_TOKEN": "x"}, "AWS_ROLE is set, but not AWS_REGION"),
        (_AWS, "AWS_ROLE is set, but the job has no token AWS_ID_TOKEN"),
        (_GOOGLE, "GOOGLE_PROVIDER is set, but the job has no token GOOGLE_ID_TOKEN"),
        ({"AZURE_CLIENT": "x"}, "AZURE_CLIENT is set, but not AZURE_TENANT, AZURE_SUBSCRIPTION"),
    ],
)
def test_a_missing_variable_is_named(job: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(LoginError, match=message):
        variables(job, tmp_path)


def _login(line: str, **variables: str) -> str:
    """The output of a shell that runs the line."""
    prefixes = ("AWS_", "ARM_", "AZURE_", "GITHUB_", "GOOGLE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    program = f"{sys.executable} -m anykube_cli ci login"
    result = subprocess.run(
        ["bash", "-ec", line.format(program=program)],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_login_in_the_shell_of_a_gitlab_job() -> None:
    line = 'eval "$({program})"; echo $AWS_ROLE_ARN $ARM_CLIENT_ID; f=$AWS_WEB_IDENTITY_TOKEN_FILE; cat $f; rm $f'
    output = _login(line, **_AWS, **_AZURE, AWS_ID_TOKEN="the token")
    assert output == f"{_AWS['AWS_ROLE']} {_AZURE['AZURE_CLIENT']}\nthe token"


def test_login_for_the_later_steps_of_a_github_job(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("BEFORE=1\n")
    assert _login("{program}", **_AZURE, GITHUB_ENV=str(file)) == ""
    assert file.read_text().splitlines() == [
        "BEFORE=1",
        "ARM_USE_OIDC=true",
        "ARM_CLIENT_ID=11111111-aaaa",
        "ARM_TENANT_ID=22222222-bbbb",
        "ARM_SUBSCRIPTION_ID=33333333-cccc",
    ]
