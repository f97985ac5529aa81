"""`python -m anykube_rehearsal.aws.cli FOLDER …`: a stand-in for `aws eks get-token` of the AWS CLI.

The account's key signs the token for the caller, whose identity comes from the account's STS.
https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
"""

import argparse
import os
import re
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from anykube_rehearsal.aws import token
from anykube_rehearsal.cloud.token import print_credential

_LIFETIME_SECONDS = 840


def main() -> None:
    """Prints an ExecCredential."""
    parser = argparse.ArgumentParser(prog="aws (a rehearsal's stand-in)")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--region")
    parser.add_argument("service", choices=["eks"])
    parser.add_argument("command", choices=["get-token"])
    parser.add_argument("--cluster-name", required=True)
    parser.add_argument("--output", default="json", choices=["json"])
    arguments = parser.parse_args()
    principal = _principal(_caller(arguments.region))
    bearer_token = token.make(arguments.folder, arguments.cluster_name, principal, _LIFETIME_SECONDS)
    print_credential(bearer_token, _LIFETIME_SECONDS)


def _caller(region: str) -> str:
    """The caller's ARN, from the account's STS. Does not use boto3, which takes a second to load.

    The account identifies the caller by the key in the header and does not verify signatures.
    """
    key = os.environ["AWS_ACCESS_KEY_ID"]
    scope = f"{datetime.now(UTC):%Y%m%d}/{region}/sts/aws4_request"
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"],
        b"Action=GetCallerIdentity&Version=2011-06-15",
        {"Authorization": f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature=none"},
    )
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with without_proxy.open(request, timeout=60) as response:
        arn = re.search(r"<Arn>([^<]+)</Arn>", response.read().decode())
    if not arn:
        sys.exit("the simulated account returned no caller identity: check AWS_ENDPOINT_URL")
    return arn[1]


def _principal(arn: str) -> str:
    """The role of an assumed-role session: EKS identifies callers by role."""
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn


if __name__ == "__main__":
    main()
