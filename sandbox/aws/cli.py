"""`python -m sandbox.aws.cli FOLDER …`: stands in for `aws eks get-token` of the AWS CLI; there is no other command.

The token is signed by the account's key and names whom it is for: the caller, as STS of the account tells.
https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
"""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from sandbox.aws.account import tokens

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
    arn = boto3.client("sts", region_name=asked.region).get_caller_identity()["Arn"]
    token = tokens.make(asked.folder, asked.cluster_name, _principal(arn), _LIFETIME)
    expires = datetime.now(UTC) + timedelta(seconds=_LIFETIME)
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token, "expirationTimestamp": expires.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }
    json.dump(credential, sys.stdout)


def _principal(arn: str) -> str:
    """EKS knows a role, not its sessions."""
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn


if __name__ == "__main__":
    main()
