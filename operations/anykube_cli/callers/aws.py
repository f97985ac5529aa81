"""The identity on AWS: a user, or a role with its path.

The ARN of a session lacks the path, such as that of roles of IAM Identity Center:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube._clusters.access import CREATOR
from anykube._clusters.eks.credentials import open_session
from anykube._clusters.eks.spec import EksClusterSpec

from anykube_cli.callers.caller import Caller, Recorded, State, UnknownCallerError
from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import DENIED, error_code

_ENTRY = "aws:eks/accessEntry:AccessEntry"
_CLUSTER = "aws:eks/cluster:Cluster"


def find(spec: EksClusterSpec, session: Any = None) -> Caller:
    """Asks STS and IAM. `session`: a `boto3.Session`, by default that of the environment. Raises UnknownCallerError."""
    try:
        if session is None:
            session = open_session()
        answer = session.client("sts", region_name=spec.region).get_caller_identity()
        principal = _principal(session.client("iam", region_name=spec.region), answer["Arn"])
    except Exception as error:
        raise UnknownCallerError(identity.explain(error)) from error
    description = identity.Caller(answer["Account"], answer["Arn"]).description
    return Caller(description, principal, answer["Account"])


def pinned_account(spec: EksClusterSpec) -> str:
    """The account in the settings; empty if they name none."""
    return spec.eks.account or ""


def read_state(state: State) -> Recorded:
    """The account of the recorded cluster, and the principal of its creator's access entry."""
    resources: Any = state.get("resources") or ()
    account = next((_outputs(item)["arn"].split(":")[4] for item in _of_type(resources, _CLUSTER)), "")
    creators = (item for item in _of_type(resources, _ENTRY) if item["urn"].endswith(f"-{CREATOR}"))
    return Recorded(account, next((_outputs(item)["principalArn"] for item in creators), ""))


def _of_type(resources: Any, token: str) -> Iterator[Mapping[str, Any]]:
    return (item for item in resources if item["type"] == token and item.get("outputs") and not item.get("delete"))


def _outputs(resource: Mapping[str, Any]) -> Mapping[str, str]:
    outputs: Mapping[str, str] = resource["outputs"]
    return outputs


def _principal(iam: Any, arn: str) -> str | None:
    """The ARN of a session's role. None if the caller may not read the role, and so not its path."""
    from botocore.exceptions import ClientError

    name, _, session = arn.partition(":assumed-role/")[2].partition("/")
    if not session:
        return arn
    try:
        role: str = iam.get_role(RoleName=name)["Role"]["Arn"]
    except ClientError as error:
        if error_code(error) in DENIED:
            return None
        raise
    return role
