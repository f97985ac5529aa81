"""The login: whose credentials these are. It runs first, because no check succeeds without it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.aws.clients import Clients
from anykube_cli.preflight.aws.errors import EXPIRED, REJECTED, SKEWED, error_code, summarize_error
from anykube_cli.preflight.aws.plan import AwsPlan
from anykube_cli.preflight.problem import Problem

_SIGN_IN = (
    "sign in with `aws sso login` or `aws configure`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; see https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-configure.html"
)
_SIGN_IN_AGAIN = "sign in again (`aws sso login`, or assume the role again) and run preflight again"
_NETWORK = "check the network, the proxy (HTTPS_PROXY), the region name and AWS_ENDPOINT_URL"

_BY_CODE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(EXPIRED, ("the credentials have expired", _SIGN_IN_AGAIN)),
    **dict.fromkeys(
        REJECTED,
        (
            "AWS rejects the credentials as unknown",
            "check with `aws sts get-caller-identity` whether the key was deleted or deactivated, AWS_SESSION_TOKEN is "
            "missing, or the key is of another partition (China, GovCloud)",
        ),
    ),
    **dict.fromkeys(
        SKEWED,
        ("AWS rejects the signature of the request", "check the secret access key and the clock of this machine"),
    ),
}

_BY_CLASS: Mapping[str, tuple[str, str]] = {
    "NoCredentialsError": ("no credentials found", _SIGN_IN),
    "CredentialRetrievalError": ("the credentials could not be fetched", _SIGN_IN),
    "PartialCredentialsError": ("the credentials are incomplete", _SIGN_IN),
    "ProfileNotFound": ("the profile in AWS_PROFILE is not configured", _SIGN_IN),
    "SSOTokenLoadError": ("no SSO sign-in found", _SIGN_IN_AGAIN),
    "TokenRetrievalError": ("the SSO sign-in has expired", _SIGN_IN_AGAIN),
    "UnauthorizedSSOTokenError": ("the SSO sign-in has expired", _SIGN_IN_AGAIN),
    "LoginRefreshRequired": ("the sign-in has expired", _SIGN_IN_AGAIN),
    "InvalidRegionError": ("the region name is invalid", "use a region name such as eu-central-1"),
    "ConnectTimeoutError": ("AWS does not respond", _NETWORK),
    "EndpointConnectionError": ("AWS cannot be reached", _NETWORK),
    "ReadTimeoutError": ("AWS does not respond", _NETWORK),
}


UNKNOWN = "the login failed for an unknown reason"
"""Start of the message of an error that is in neither table."""


@dataclass(frozen=True)
class Caller:
    """The identity that AWS returns for the credentials."""

    account: str
    arn: str
    in_home_region: bool = False
    """Whether the plan's region rejected the login and the partition's home region accepted it."""

    @property
    def description(self) -> str:
        """User, assumed role with its session, or root user.

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
    """Logs in to the region, else to the home region, since a disabled region rejects everybody.

    Raises botocore's errors.
    """
    from botocore.exceptions import ClientError, EndpointConnectionError

    try:
        return _caller(clients.sts)
    except ClientError as error:
        if error_code(error) not in REJECTED:
            raise
    except EndpointConnectionError:
        pass
    return _caller(clients.home_sts, in_home_region=True)


def _caller(sts: Any, *, in_home_region: bool = False) -> Caller:
    identity = sts.get_caller_identity()
    return Caller(identity["Account"], identity["Arn"], in_home_region)


def explain(error: BaseException) -> Problem:
    """The failed login as a problem."""
    names = [ancestor.__name__ for ancestor in type(error).__mro__]
    explanation = _BY_CODE.get(error_code(error)) or next(
        (_BY_CLASS[name] for name in names if name in _BY_CLASS), None
    )
    if explanation is None:
        explanation = (f"{UNKNOWN}: {summarize_error(error)}", "run `aws sts get-caller-identity` for details")
    return Problem("credentials", *explanation)


def check_caller(plan: AwsPlan, clients: Clients, caller: Caller) -> Iterable[Problem]:
    """Warns of the root user, and of a session whose region is not the stack's."""
    if caller.arn.endswith(":root"):
        yield Problem(
            "credentials",
            "the credentials are those of the account's root user, which no policy restricts",
            "use an IAM role; see https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
            "warning",
        )
    if clients.session_region and clients.session_region != plan.region:
        yield Problem(
            "region",
            f"the environment or profile uses {clients.session_region}, but the stack is deployed to {plan.region}",
            f"set AWS_REGION={plan.region} so that other tools use the stack's region too",
            "warning",
        )
