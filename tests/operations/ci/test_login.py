"""Who a job is, by the token of its forge: what the clouds' own SDKs make of what they are told."""

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


def test_no_cloud_is_named_so_nothing_is_told_or_written(tmp_path: Path) -> None:
    # As GitHub gives a variable that nobody set, and as GitLab does.
    assert variables({"AWS_ROLE": "", "GOOGLE_PROVIDER": "", "AZURE_CLIENT": "$AZURE_PREVIEW_CLIENT"}, tmp_path) == {}
    assert not list(tmp_path.iterdir())


def test_boto3_takes_the_role_by_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables({**_AWS, "AWS_ID_TOKEN": "the token"}, tmp_path).items():
        monkeypatch.setenv(name, value)
    credentials = boto3.Session().get_credentials()
    assert credentials is not None
    assert credentials.method == "assume-role-with-web-identity"


def test_googles_library_takes_the_account_by_the_token(tmp_path: Path) -> None:
    told = variables({**_GOOGLE, "GOOGLE_ID_TOKEN": "the token"}, tmp_path)
    found = identity_pool.Credentials.from_file(told["GOOGLE_APPLICATION_CREDENTIALS"])
    assert found.service_account_email == _GOOGLE["GOOGLE_ACCOUNT"]
    source = json.loads(Path(told["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())["credential_source"]
    assert Path(source["file"]).read_text() == "the token"


def test_azure_is_told_whom_and_on_gitlab_where_the_token_is(tmp_path: Path) -> None:
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


def test_no_token_is_told_and_its_file_is_the_owners_alone(tmp_path: Path) -> None:
    tokens = {"AWS_ID_TOKEN": "token A", "GOOGLE_ID_TOKEN": "token G", "AZURE_ID_TOKEN": "token Z"}
    told = variables({**_AWS, **_GOOGLE, **_AZURE, **tokens}, tmp_path / "tokens")
    assert not set(tokens.values()) & set(told.values())
    files = list((tmp_path / "tokens").iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"AWS_ROLE": "role", "AWS_ID_TOKEN": "x"}, "AWS_ROLE is set, and AWS_REGION is not"),
        (_AWS, "AWS_ROLE is set, and there is no token AWS_ID_TOKEN"),
        (_GOOGLE, "GOOGLE_PROVIDER is set, and there is no token GOOGLE_ID_TOKEN"),
        ({"AZURE_CLIENT": "x"}, "AZURE_CLIENT is set, and AZURE_TENANT, AZURE_SUBSCRIPTION is not"),
    ],
)
def test_what_is_missing_is_a_sentence(given: dict[str, str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(LoginError, match=sentence):
        variables(given, tmp_path)


def _login(line: str, **given: str) -> str:
    """What a shell says after the command."""
    theirs = ("AWS_", "ARM_", "AZURE_", "GITHUB_", "GOOGLE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    program = f"{sys.executable} -m anykube_cli ci login"
    answer = subprocess.run(
        ["bash", "-ec", line.format(program=program)],
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout


def test_the_shell_of_a_job_of_gitlab_knows_who_it_is() -> None:
    line = 'eval "$({program})"; echo $AWS_ROLE_ARN $ARM_CLIENT_ID; f=$AWS_WEB_IDENTITY_TOKEN_FILE; cat $f; rm $f'
    said = _login(line, **_AWS, **_AZURE, AWS_ID_TOKEN="the token")
    assert said == f"{_AWS['AWS_ROLE']} {_AZURE['AZURE_CLIENT']}\nthe token"


def test_the_later_steps_of_a_job_of_github_know_it(tmp_path: Path) -> None:
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
