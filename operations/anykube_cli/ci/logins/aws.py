"""AWS login: a role, assumed with the job's token."""

from collections.abc import Mapping
from pathlib import Path

from anykube_cli.ci.login import Login


def variables(job: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html"""
    return {
        "AWS_ROLE_ARN": job["AWS_ROLE"],
        "AWS_REGION": job["AWS_REGION"],
        "AWS_ROLE_SESSION_NAME": "anykube-ci",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
    }


LOGIN = Login("aws", ("AWS_ROLE", "AWS_REGION"), "AWS_ID_TOKEN", variables)
