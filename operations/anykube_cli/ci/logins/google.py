"""Google Cloud login: a service account through workload identity federation."""

import json
from collections.abc import Mapping
from pathlib import Path

from anykube_cli.ci.login import Login, write_private


def variables(job: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """https://google.aip.dev/auth/4117"""
    assert token is not None
    iam = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts"
    content = {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{job['GOOGLE_PROVIDER']}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url": f"{iam}/{job['GOOGLE_ACCOUNT']}:generateAccessToken",
        "credential_source": {"file": str(token)},
    }
    file = write_private(token.with_name("google-credentials.json"), json.dumps(content))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(file)}


LOGIN = Login("google", ("GOOGLE_PROVIDER", "GOOGLE_ACCOUNT"), "GOOGLE_ID_TOKEN", variables)
