"""The login to AWS: one session for preflight, sweep, state and tokens, with the same sources as Pulumi's provider.

https://docs.aws.amazon.com/boto3/latest/guide/credentials.html
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube._clouds.tokens import ClusterToken, MissingError, TokenTarget

_PREFIX = "k8s-aws-v1."
_CLUSTER_HEADER = "x-k8s-aws-id"
_PRESIGN_SECONDS = 60
"""STS ignores it and accepts the request for 15 minutes. Old authenticators reject more than 60."""
_LIFETIME = timedelta(minutes=14)
"""One minute less than STS accepts the request."""


def open_session(region: str | None = None, profile: str | None = None) -> Any:
    """A boto3 session with the environment's credentials. Raises botocore's errors if the profile does not exist.

    None: the region or profile of the environment.
    """
    import boto3

    return boto3.session.Session(region_name=region, profile_name=profile)


def cluster_token(target: TokenTarget) -> ClusterToken:
    """A presigned request for the caller's identity, which the cluster sends to STS. Makes no request itself.

    Raises MissingError without a cluster or region, and botocore's errors without credentials.
    https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
    """
    if not target.cluster or not target.region:
        raise MissingError("a token for EKS needs --cluster and --region")
    expires = datetime.now(UTC) + _LIFETIME
    url = _presigned_url(open_session(target.region), target)
    return ClusterToken(_PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("="), expires)


def _presigned_url(session: Any, target: TokenTarget) -> str:
    """STS of the cluster's region: EKS accepts no other partition's, and a regional one needs no other region."""
    from botocore.signers import RequestSigner

    client = session.client("sts", region_name=target.region)
    signer = RequestSigner(
        client.meta.service_model.service_id, target.region, "sts", "v4", session.get_credentials(), session.events
    )
    request = {
        "method": "GET",
        "url": f"{client.meta.endpoint_url.rstrip('/')}/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {_CLUSTER_HEADER: target.cluster},
        "context": {},
    }
    return str(signer.generate_presigned_url(request, operation_name="", expires_in=_PRESIGN_SECONDS))
