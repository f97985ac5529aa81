"""docs/first-account.md, as far as it can be followed here: its commands, in their order, in a shell of a fresh clone.

AWS is moto's server. `make rehearse` is left out: tests/e2e/test_rehearsal.py runs it on the same page.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import boto3
import pytest

from tests.e2e.checkout import SOURCE, Checkout, Said
from tests.e2e.test_state import amazon

__all__ = ["amazon"]

_PAGE = SOURCE / "docs" / "first-account.md"
_ELSEWHERE = {"make rehearse STACK=aws-dev": "tests/e2e/test_rehearsal.py"}


def _blocks(kind: str) -> Iterator[str]:
    """The lines of the page's blocks of this kind."""
    for block in re.findall(rf"^ *```sh {kind}\n(.*?)^ *```$", _PAGE.read_text(), re.MULTILINE | re.DOTALL):
        yield from (line.strip() for line in block.splitlines())


def _followed(checkout: Checkout, amazon: Mapping[str, str], lines: Sequence[str]) -> Said:
    script = "\n".join(["set -eo pipefail", *lines])
    return checkout.run("bash", "-c", script, environment={**checkout.plain_environment, **amazon})


def test_the_commands_of_the_page_do_what_it_says(checkout: Checkout, amazon: Mapping[str, str]) -> None:
    lines = [line for line in _blocks("run") if line not in _ELSEWHERE]
    after = next(at for at, line in enumerate(lines) if line.startswith("eval"))
    at_aws = _followed(checkout, amazon, lines[:after])
    assert at_aws.err.count(", 0 strengthened") == 2
    role = "arn:aws:iam::123456789012:role/anykube"
    assert f"gh variable set AWS_PREVIEW_ROLE --body {role}-preview\n" in at_aws.out
    assert f"gh variable set AWS_ROLE --env aws-dev --body {role}-deploy-aws-dev\n" in at_aws.out
    (url,) = re.findall(r"^export PULUMI_BACKEND_URL='(.*)'$", at_aws.out, re.MULTILINE)
    assert f"export PULUMI_BACKEND_URL='{url}'" in lines
    # moto reads no condition of a bucket's policy: to it, what denies all but TLS denies all.
    s3 = boto3.client("s3", "eu-west-1", endpoint_url=amazon["AWS_ENDPOINT_URL"], aws_access_key_id="key",
                      aws_secret_access_key="secret")  # fmt: skip
    s3.delete_bucket_policy(Bucket="acme-anykube-state")
    at_pulumi = _followed(checkout, amazon, [*lines[after:], "git status --porcelain", "pulumi stack ls --json"])
    stacks = json.loads(at_pulumi.out[at_pulumi.out.index("[") :])
    assert [stack["name"].rpartition("/")[2] for stack in stacks] == ["aws-dev"]
    assert "A  stacks/Pulumi.aws-dev.yaml" in at_pulumi.out
    config = (checkout.folder / "stacks" / "Pulumi.aws-dev.yaml").read_text()
    assert "secretsprovider: awskms://alias/acme-anykube-state?region=eu-west-1" in config
    assert "encryptedkey:" in config


def test_commands_that_need_an_account_are_no_commands_of_ours_but_for_one() -> None:
    ours = [line for line in _blocks("account") if line.startswith(("make ", "pulumi ", ".anykube/"))]
    assert ours == ["make preflight STACK=aws-dev"]


@pytest.mark.parametrize(("line", "file"), _ELSEWHERE.items())
def test_what_another_suite_runs_is_run_there(line: str, file: str) -> None:
    assert line in _blocks("run")
    assert line.rpartition("=")[2] in (SOURCE / file).read_text()
