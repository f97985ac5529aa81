"""`python -m anykube_rehearsal.aws.cli FOLDER …`: stands in for `aws eks get-token` of the AWS CLI, and nothing else.

The token is signed by the account's key and names whom it is for: the caller, as STS of the account tells.
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

_LIFETIME = 840


def main() -> None:
    """Prints an ExecCredential."""
    parser = argparse.ArgumentParser(prog="aws (a rehearsal's stand-in)")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--region")
    parser.add_argument("service", choices=["eks"])
    parser.add_argument("command", choices=["get-token"])
    parser.add_argument("--cluster-name", required=True)
    parser.add_argument("--output", default="json", choices=["json"])
    asked = parser.parse_args()
    made = token.make(asked.folder, asked.cluster_name, _principal(_caller(asked.region)), _LIFETIME)
    print_credential(made, _LIFETIME)


def _caller(region: str) -> str:
    """The ARN of whoever calls, as the account's STS tells. Not by boto3: to load it takes a second at every call.

    The account knows a caller by the key in the header and does not judge signatures.
    """
    key = os.environ["AWS_ACCESS_KEY_ID"]
    scope = f"{datetime.now(UTC):%Y%m%d}/{region}/sts/aws4_request"
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"],
        b"Action=GetCallerIdentity&Version=2011-06-15",
        {"Authorization": f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature=none"},
    )
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with straight.open(request, timeout=60) as answer:
        found = re.search(r"<Arn>([^<]+)</Arn>", answer.read().decode())
    if not found:
        sys.exit("the simulated account does not tell who calls")
    return found[1]


def _principal(arn: str) -> str:
    """EKS knows a role, not its sessions."""
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn


if __name__ == "__main__":
    main()
