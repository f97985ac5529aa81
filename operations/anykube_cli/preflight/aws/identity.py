"""Who asks. Without an answer no other question has one, so this one is asked first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.aws.refusal import EXPIRED, REJECTED, SKEWED, brief, code
from anykube_cli.preflight.problem import Problem

_SIGN_IN = (
    "sign in with `aws sso login` or `aws configure`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; see https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html"
)
_AGAIN = "sign in again (`aws sso login`, or assume the role again) and repeat the preflight"
_NETWORK = "look after network, proxy (HTTPS_PROXY), the region's name and AWS_ENDPOINT_URL"

_BY_CODE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(EXPIRED, ("the credentials have expired", _AGAIN)),
    **dict.fromkeys(
        REJECTED,
        (
            "AWS does not know the credentials",
            "look whether the key was deleted or deactivated, a session token is missing (AWS_SESSION_TOKEN), or it is "
            "one of another partition (China, GovCloud); `aws sts get-caller-identity` says the same",
        ),
    ),
    **dict.fromkeys(
        SKEWED,
        ("the request's signature is not right", "compare the secret key, and this machine's clock with the time"),
    ),
}

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "NoCredentialsError": ("there are no credentials", _SIGN_IN),
    "CredentialRetrievalError": ("the credentials could not be fetched", _SIGN_IN),
    "PartialCredentialsError": ("the credentials are incomplete", _SIGN_IN),
    "ProfileNotFound": ("the profile that AWS_PROFILE names is not configured", _SIGN_IN),
    "SSOTokenLoadError": ("the sign-in is missing", _AGAIN),
    "TokenRetrievalError": ("the sign-in has expired", _AGAIN),
    "UnauthorizedSSOTokenError": ("the sign-in has expired", _AGAIN),
    "LoginRefreshRequired": ("the sign-in has expired", _AGAIN),
    "InvalidRegionError": ("the region's name cannot be one", "name a region such as eu-central-1"),
    "ConnectTimeoutError": ("AWS does not answer", _NETWORK),
    "EndpointConnectionError": ("AWS cannot be reached", _NETWORK),
    "ReadTimeoutError": ("AWS does not answer", _NETWORK),
}


@dataclass(frozen=True)
class Caller:
    """Whom AWS takes the credentials for."""

    account: str
    arn: str
    at_home: bool = False
    """Whether only the partition's home region answered, not the plan's."""

    @property
    def who(self) -> str:
        """In words: user, assumed role with its session, or root.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
        """
        kind, _, name = self.arn.rpartition(":")[2].partition("/")
        role, _, session = name.partition("/")
        return {
            "assumed-role": f"assumed role {role}, session {session}",
            "user": f"user {name}",
            "federated-user": f"federated user {name}",
            "root": "the account's root user",
        }.get(kind, kind)


def identify(clients: Clients) -> Caller:
    """Asks in the region and, where that lets nobody in (it may not be enabled), at home. Raises botocore's errors."""
    from botocore.exceptions import ClientError, EndpointConnectionError

    try:
        return _caller(clients.sts)
    except ClientError as error:
        if code(error) not in REJECTED:
            raise
    except EndpointConnectionError:
        pass
    return _caller(clients.home_sts, at_home=True)


def _caller(sts: Any, *, at_home: bool = False) -> Caller:
    answer = sts.get_caller_identity()
    return Caller(answer["Account"], answer["Arn"], at_home)


def explain(error: BaseException) -> Problem:
    """The problem that keeps everything else from being asked."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    known = _BY_CODE.get(code(error)) or next((_BY_CLASS[kind] for kind in kinds if kind in _BY_CLASS), None)
    if known is None:
        known = (f"who asks could not be found out: {brief(error)}", "`aws sts get-caller-identity` says more")
    return Problem("credentials", *known)


def caller(plan: AwsPlan, clients: Clients, who: Caller) -> Iterable[Problem]:
    """What is unwise about the one that asks."""
    if who.arn.endswith(":root"):
        yield Problem(
            "credentials",
            "the account's root user asks, whom no policy bounds",
            "use a role; see https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
            "warning",
        )
    if clients.session_region and clients.session_region != plan.region:
        yield Problem(
            "region",
            f"the environment or profile says {clients.session_region}, the stack {plan.region}",
            f"the stack is made in {plan.region}; set AWS_REGION={plan.region} so that other tools look there too",
            "warning",
        )
