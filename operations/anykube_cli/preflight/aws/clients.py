"""The SDK clients of an account. They are created before any thread starts: creating them is not thread-safe.

https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CONNECTION = {"connect_timeout": 5, "read_timeout": 20, "max_pool_connections": 16}
_RETRIES = {"mode": "adaptive", "max_attempts": 8}
# The login fails fast: without a network, nobody waits for eight attempts.
_LOGIN_RETRIES = {"mode": "standard", "max_attempts": 2}

_HOME_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The region of a partition that every account has enabled; us-east-1 in the partition `aws`.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""


@dataclass(frozen=True)
class Clients:
    """One client per service, in the plan's region. Those in the home region work if that region is not enabled."""

    sts: Any
    home_sts: Any
    ec2: Any
    home_ec2: Any
    eks: Any
    iam: Any
    logs: Any
    quotas: Any
    session_region: str | None = None
    account: str = ""
    """Set after the login."""
    in_home_region: bool = False
    """Whether the plan's region rejected the login and the home region accepted it."""


def clients(session: Any, region: str) -> Clients:
    """Creates the clients. Raises botocore's errors for an unknown profile or an invalid region name."""
    from botocore.config import Config

    login, config = Config(retries=_LOGIN_RETRIES, **_CONNECTION), Config(retries=_RETRIES, **_CONNECTION)
    home = _home_region(session, region)
    return Clients(
        sts=session.client("sts", region_name=region, config=login),
        home_sts=session.client("sts", region_name=home, config=login),
        ec2=session.client("ec2", region_name=region, config=config),
        home_ec2=session.client("ec2", region_name=home, config=config),
        eks=session.client("eks", region_name=region, config=config),
        iam=session.client("iam", region_name=region, config=config),
        logs=session.client("logs", region_name=region, config=config),
        quotas=session.client("service-quotas", region_name=region, config=config),
        session_region=session.region_name,
    )


def _home_region(session: Any, region: str) -> str:
    from botocore.exceptions import UnknownRegionError

    try:
        return _HOME_REGIONS.get(session.get_partition_for_region(region), "us-east-1")
    except UnknownRegionError:
        return "us-east-1"


def paginate(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """The items under `key` of all pages of a response."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, [])


def tags_of(item: Mapping[str, Any]) -> Mapping[str, str]:
    """The tags of a resource of EC2 or IAM as a mapping."""
    tags: Sequence[Mapping[str, str]] = item.get("Tags") or ()
    return {tag["Key"]: tag["Value"] for tag in tags}


def filter_by(name: str, values: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """A filter for an operation of EC2."""
    return [{"Name": name, "Values": list(values)}]
