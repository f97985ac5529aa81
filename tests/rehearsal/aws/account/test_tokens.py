"""Tokens of `anykube token aws`, and their review for a cluster's API server."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from anykube._clouds.tokens import TokenTarget
from anykube._clusters.eks import credentials
from anykube_rehearsal.aws.account import sts

from tests.rehearsal.aws.account.conftest import REGION

_CALLER = "arn:aws:iam::123456789012:user/moto"
_PREFIX = "k8s-aws-v1."


@pytest.fixture(scope="module")
def cluster(shared_aws: Any) -> Iterator[str]:
    shared_aws.create_cluster("tokens")
    yield "tokens"
    shared_aws.delete_cluster("tokens")


@pytest.fixture(scope="module")
def key(shared_aws: Any) -> dict[str, str]:
    created: dict[str, str] = shared_aws.iam.create_access_key(UserName="moto")["AccessKey"]
    return created


@pytest.fixture
def logged_in(aws: Any, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the user who created the cluster."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.account.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


def _token(cluster: str, region: str = REGION) -> str:
    return credentials.cluster_token(TokenTarget(cluster, region)).text


def _status(aws: Any, cluster: str, token: object) -> dict[str, Any]:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    url = f"{aws.account.url}/_anykube/token-review/{cluster}"
    review = httpx2.post(url, json=body, trust_env=False).raise_for_status().json()
    assert (review["apiVersion"], review["kind"]) == ("authentication.k8s.io/v1", "TokenReview")
    status: dict[str, Any] = review["status"]
    return status


def _why(aws: Any, cluster: str, token: object) -> str:
    """Why the account refuses the token."""
    assert _status(aws, cluster, token) == {"authenticated": False}
    with pytest.raises(sts.InvalidTokenError) as refused:
        sts.principal(aws.account.url, cluster, token)
    return str(refused.value)


def _url(token: str) -> str:
    packed = token.removeprefix(_PREFIX)
    return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()


def _packed(url: str) -> str:
    return _PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def test_creator_is_in_system_masters(aws: Any, cluster: str, logged_in: None) -> None:
    status = _status(aws, cluster, _token(cluster))
    assert status["authenticated"]
    assert (status["user"]["username"], status["user"]["groups"]) == (_CALLER, ["system:masters"])


def test_a_session_is_its_role(aws: Any, cluster: str, logged_in: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not its session, which no access entry can name."""
    session = aws.client("sts").assume_role(RoleArn=aws.roles["pod"], RoleSessionName="ci")["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["SecretAccessKey"])
    assert "InvalidClientTokenId" in _why(aws, cluster, _token(cluster))
    monkeypatch.setenv("AWS_SESSION_TOKEN", session["SessionToken"])
    assert sts.principal(aws.account.url, cluster, _token(cluster)) == aws.roles["pod"]
    assert _status(aws, cluster, _token(cluster)) == {"authenticated": False}  # it has no access entry


def test_a_token_is_for_one_cluster(aws: Any, cluster: str, logged_in: None) -> None:
    assert _why(aws, cluster, _token("other")) == "SignatureDoesNotMatch"


def test_refuses_another_secret_and_unknown_keys(
    aws: Any, cluster: str, logged_in: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    assert _why(aws, cluster, _token(cluster)) == "SignatureDoesNotMatch"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    assert "InvalidClientTokenId" in _why(aws, cluster, _token(cluster))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("http://", "https://", "not that of STS"),
        ("127.0.0.1", "localhost", "not that of STS"),
        ("/?", "/x?", "not that of STS"),
        ("GetCallerIdentity", "AssumeRole", "action"),
        ("Action=", "Extra=1&Action=", "Extra is not allowed"),
        ("Action=", "Action=x&Action=", "several values"),
        ("%3Bx-k8s-aws-id", "", "is not signed"),
        ("X-Amz-Expires=60", "X-Amz-Expires=901", "X-Amz-Expires"),
        ("%2Fsts%2F", "%2Fs3%2F", "scope"),
        ("X-Amz-Date=2", "X-Amz-Date=x", "X-Amz-Date"),
        ("X-Amz-Expires=60", "X-Amz-Expires=61", "SignatureDoesNotMatch"),
    ],
)
def test_refuses_a_changed_request(aws: Any, cluster: str, logged_in: None, old: str, new: str, message: str) -> None:
    url = _url(_token(cluster))
    assert old in url
    assert message in _why(aws, cluster, _packed(url.replace(old, new, 1)))


def test_refuses_an_old_request(aws: Any, cluster: str, logged_in: None) -> None:
    url, old = _url(_token(cluster)), datetime.now(UTC) - timedelta(minutes=16)
    date = url.partition("X-Amz-Date=")[2][:16]
    assert "15 minutes ago" in _why(aws, cluster, _packed(url.replace(date, f"{old:%Y%m%dT%H%M%SZ}")))


@pytest.mark.parametrize("token", ["", None, "k8s-aws-v1.%", "k8s-aws-v1.e30=", "k8s-aws-v1.e30", "x" * 5000])
def test_refuses_other_texts(aws: Any, cluster: str, token: object) -> None:
    _why(aws, cluster, token)


def test_a_token_expires_before_sts_refuses_it(aws: Any, logged_in: None) -> None:
    expires = credentials.cluster_token(TokenTarget("shop", REGION)).expires
    assert expires is not None
    assert timedelta(minutes=13) < expires - datetime.now(UTC) <= timedelta(minutes=14)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "sts.eu-west-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
    ],
)
def test_asks_sts_of_the_clusters_region(
    logged_in: None, monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert _url(_token("shop", region)).startswith(f"https://{host}/?Action=GetCallerIdentity")
