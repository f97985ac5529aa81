"""The services that are asked, made once and before any thread: making clients is not safe across threads.

https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PATIENCE = {"connect_timeout": 5, "read_timeout": 20, "max_pool_connections": 16}
_ASKING = {"mode": "adaptive", "max_attempts": 8}
# Whether AWS answers at all is known sooner: a person without a network does not wait for eight attempts.
_AT_THE_GATE = {"mode": "standard", "max_attempts": 2}

_HOMES = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The region of a partition that no account has to enable; us-east-1 in the partition `aws`.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""


@dataclass(frozen=True)
class Clients:
    """One client a service, in the plan's region. `home_*` stand where the region itself may not let anyone in."""

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
    """Known once the caller is."""
    at_home: bool = False
    """Whether the region itself did not answer when it was asked who asks."""


def clients(session: Any, region: str) -> Clients:
    """Raises what botocore raises of a profile that is not there or a region that cannot be one."""
    from botocore.config import Config

    gate, asking = Config(retries=_AT_THE_GATE, **_PATIENCE), Config(retries=_ASKING, **_PATIENCE)
    home = _home(session, region)
    return Clients(
        sts=session.client("sts", region_name=region, config=gate),
        home_sts=session.client("sts", region_name=home, config=gate),
        ec2=session.client("ec2", region_name=region, config=asking),
        home_ec2=session.client("ec2", region_name=home, config=asking),
        eks=session.client("eks", region_name=region, config=asking),
        iam=session.client("iam", region_name=region, config=asking),
        logs=session.client("logs", region_name=region, config=asking),
        quotas=session.client("service-quotas", region_name=region, config=asking),
        session_region=session.region_name,
    )


def _home(session: Any, region: str) -> str:
    from botocore.exceptions import UnknownRegionError

    try:
        return _HOMES.get(session.get_partition_for_region(region), "us-east-1")
    except UnknownRegionError:
        return "us-east-1"


def pages(client: Any, operation: str, key: str, **asked: Any) -> Iterator[Any]:
    """All items under `key` of all pages of an answer."""
    for page in client.get_paginator(operation).paginate(**asked):
        yield from page.get(key, [])


def tags_of(item: Mapping[str, Any]) -> Mapping[str, str]:
    """Tags as EC2 and IAM write them, as a mapping."""
    tags: Sequence[Mapping[str, str]] = item.get("Tags") or ()
    return {tag["Key"]: tag["Value"] for tag in tags}


def filtered(name: str, values: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """A filter of EC2's."""
    return [{"Name": name, "Values": list(values)}]
