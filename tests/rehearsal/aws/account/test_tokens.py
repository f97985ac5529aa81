"""Tokens and their review for a cluster's API server."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anykube_rehearsal.aws import token as tokens
from anykube_rehearsal.cloud.review import create_key

_CALLER = "arn:aws:iam::123456789012:user/moto"


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster("tokens")
    yield "tokens"
    shared_aws.delete_cluster("tokens")


def _status(aws: Any, cluster: str, token: object) -> dict[str, Any]:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    url = f"{aws.account.url}/_anykube/token-review/{cluster}"
    review = httpx2.post(url, json=body, trust_env=False).raise_for_status().json()
    assert (review["apiVersion"], review["kind"]) == ("authentication.k8s.io/v1", "TokenReview")
    status: dict[str, Any] = review["status"]
    return status


def test_creator_is_in_system_masters(aws: Any, cluster: str) -> None:
    token = tokens.make(aws.account.folder, cluster, _CALLER)
    assert token.startswith("k8s-aws-v1.")
    status = _status(aws, cluster, token)
    assert status["authenticated"]
    assert (status["user"]["username"], status["user"]["groups"]) == (_CALLER, ["system:masters"])


def test_rejects_other_tokens(aws: Any, cluster: str, tmp_path: Path) -> None:
    folder = aws.account.folder
    create_key(tmp_path)
    valid = tokens.make(folder, cluster, _CALLER)
    content = json.loads(base64.urlsafe_b64decode(valid.removeprefix("k8s-aws-v1.") + "=="))
    forged = json.dumps([content[0], aws.roles["node"], *content[2:]]).encode()
    for token in (
        tokens.make(folder, cluster, aws.roles["pod"]),
        tokens.make(folder, "other", _CALLER),
        tokens.make(folder, cluster, _CALLER, lifetime_seconds=-1),
        tokens.make(tmp_path, cluster, _CALLER),
        "k8s-aws-v1." + base64.urlsafe_b64encode(forged).decode(),
        "k8s-aws-v1.%",
        "k8s-aws-v1.e30",
        valid.removeprefix("k8s-aws-v1."),
        "",
        None,
    ):
        assert _status(aws, cluster, token) == {"authenticated": False}
    assert _status(aws, "other", tokens.make(folder, "other", _CALLER)) == {"authenticated": False}


def test_only_the_owner_can_read_the_key(aws: Any) -> None:
    file = aws.account.folder / "token.key"
    assert (file.stat().st_mode & 0o777, len(bytes.fromhex(file.read_text()))) == (0o600, 32)
