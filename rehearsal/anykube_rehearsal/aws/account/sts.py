"""Verifies the tokens of EKS clusters: requests to STS that the caller presigned and the cluster's authenticator sends.

https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html. The checks are those of the authenticator, in its
order, and then STS' own:
https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from anykube_rehearsal.aws.account import moto_backends

PREFIX = "k8s-aws-v1."
_MAX_LENGTH = 4096
_LIFETIME = timedelta(minutes=15)
"""From X-Amz-Date on; STS ignores X-Amz-Expires."""
_CLUSTER_HEADER = "x-k8s-aws-id"
_PARAMETERS = {
    "action",
    "version",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
}


class InvalidTokenError(Exception):
    """The token is not valid. The text says why."""


def principal(sts_url: str, cluster: str, token: object) -> str:
    """The IAM principal of a token for a cluster. `sts_url`: the address of the account. Raises InvalidTokenError."""
    url = _decode(token)
    parameters = _parameters(sts_url, url)
    if parameters.get("action") != "GetCallerIdentity":
        raise InvalidTokenError("the action is not GetCallerIdentity")
    if _CLUSTER_HEADER not in parameters.get("x-amz-signedheaders", "").lower().split(";"):
        raise InvalidTokenError(f"the header {_CLUSTER_HEADER} is not signed")
    expires = parameters.get("x-amz-expires", "")
    if not expires.isdecimal() or int(expires) > _LIFETIME.total_seconds():
        raise InvalidTokenError("X-Amz-Expires is not a number of seconds up to 900")
    _check_date(parameters)
    return _caller(url, cluster, parameters)


def _decode(token: object) -> str:
    if not isinstance(token, str) or not token.startswith(PREFIX) or len(token) > _MAX_LENGTH:
        raise InvalidTokenError(f"not a token of up to {_MAX_LENGTH} bytes that begins with {PREFIX}")
    packed = token.removeprefix(PREFIX)
    if "=" in packed:
        raise InvalidTokenError("base64 with padding")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidTokenError("not base64") from None


def _parameters(sts_url: str, url: str) -> Mapping[str, str]:
    """The query of the request. Its host has to be STS, which is the account's only endpoint here."""
    parts, sts = urlsplit(url), urlsplit(sts_url)
    if (parts.scheme, parts.netloc, parts.path) != (sts.scheme, sts.netloc, "/"):
        raise InvalidTokenError("the URL is not that of STS")
    query = parse_qs(parts.query, keep_blank_values=True)
    if unknown := [name for name in query if name.lower() not in _PARAMETERS]:
        raise InvalidTokenError(f"the parameter {unknown[0]} is not allowed")
    if any(len(values) > 1 for values in query.values()):
        raise InvalidTokenError("a parameter has several values")
    return {name.lower(): values[0] for name, values in query.items()}


def _check_date(parameters: Mapping[str, str]) -> None:
    try:
        date = datetime.strptime(parameters.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidTokenError("X-Amz-Date is missing or has another format") from None
    if datetime.now(UTC) > date + _LIFETIME:
        raise InvalidTokenError("X-Amz-Date is more than 15 minutes ago")


def _caller(url: str, cluster: str, parameters: Mapping[str, str]) -> str:
    """The authenticator sends the request with its own cluster's name: STS then refuses a token for another one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    access_key, _, scope = parameters.get("x-amz-credential", "").partition("/")
    date, region, service, end = (*scope.split("/"), "", "", "", "")[:4]
    if (date, service, end) != (parameters["x-amz-date"][:8], "sts", "aws4_request") or not region:
        raise InvalidTokenError("the scope of the credential is not that of STS")
    key = moto_backends.secret_key(access_key)
    if key is None:
        raise InvalidTokenError("InvalidClientTokenId: the access key does not exist or has expired")
    if parameters.get("x-amz-security-token") != key.session_token:
        raise InvalidTokenError("InvalidClientTokenId: the session token is not that of the access key")
    expected = _signature(url, cluster, parameters["x-amz-date"], region, key)
    if not hmac.compare_digest(expected, parameters.get("x-amz-signature", "")):
        raise InvalidTokenError("SignatureDoesNotMatch")
    return moto_backends.caller(access_key, region)


def _signature(url: str, cluster: str, date: str, region: str, key: moto_backends.SecretKey) -> str:
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest("GET", url.rpartition("&X-Amz-Signature=")[0], {_CLUSTER_HEADER: cluster})
    request.context["timestamp"] = date
    signer = SigV4QueryAuth(Credentials(key.access_key, key.secret, key.session_token), "sts", region)
    return str(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request))
