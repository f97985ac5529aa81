"""docs/tutorials/aws.md, as far as it can be followed here: its commands, in order, in a shell of a fresh clone.

AWS is moto's server. The rehearsal is left out: tests/e2e/test_rehearsal.py runs it with the same settings.
"""

import json
import re
from collections.abc import Mapping, Sequence

import boto3

from tests.docs.blocks import DOCS, Command, blocks, commands
from tests.e2e.checkout import Checkout, CommandResult
from tests.e2e.test_state import aws

__all__ = ["aws"]

_PAGE = DOCS / "tutorials" / "aws.md"


def _simulated() -> list[Command]:
    """The commands of the page that a simulated account answers."""
    return [command for block in blocks(_PAGE) if block.argument == "simulated" for command in commands(block)]


def _followed(checkout: Checkout, aws: Mapping[str, str], lines: Sequence[str]) -> CommandResult:
    on_path = 'export PATH="$PWD/.anykube/venv/bin:$PATH"'
    script = "\n".join(["set -eo pipefail", "make -s bootstrap", on_path, *lines])
    return checkout.run("bash", "-c", script, environment={**checkout.base_environment, **aws})


def test_tutorial_commands_work(checkout: Checkout, aws: Mapping[str, str]) -> None:
    lines = [command.line for command in _simulated()]
    after = next(at for at, line in enumerate(lines) if line.startswith("eval"))
    at_aws = _followed(checkout, aws, lines[:after])
    assert at_aws.err.count(", 0 updated") == 2
    role = "arn:aws:iam::123456789012:role/anykube"
    assert f"gh variable set AWS_PREVIEW_ROLE --body {role}-preview\n" in at_aws.out
    assert f"gh variable set AWS_ROLE --env aws-dev --body {role}-deploy-aws-dev\n" in at_aws.out
    (url,) = re.findall(r"^export PULUMI_BACKEND_URL='(.*)'$", at_aws.out, re.MULTILINE)
    assert f"export PULUMI_BACKEND_URL='{url}'" in lines
    # moto reads no condition of a bucket's policy: to it, what denies all but TLS denies all.
    s3 = boto3.client("s3", "eu-west-1", endpoint_url=aws["AWS_ENDPOINT_URL"], aws_access_key_id="key",
                      aws_secret_access_key="secret")  # fmt: skip
    s3.delete_bucket_policy(Bucket="acme-anykube-state")
    at_pulumi = _followed(checkout, aws, [*lines[after:], "git status --porcelain", "pulumi stack ls --json"])
    stacks = json.loads(at_pulumi.out[at_pulumi.out.index("[") :])
    assert [stack["name"].rpartition("/")[2] for stack in stacks] == ["aws-dev"]
    assert "A  stacks/Pulumi.aws-dev.yaml" in at_pulumi.out
    config = (checkout.folder / "stacks" / "Pulumi.aws-dev.yaml").read_text()
    assert "secretsprovider: awskms://alias/acme-anykube-state?region=eu-west-1" in config
    assert "encryptedkey:" in config
