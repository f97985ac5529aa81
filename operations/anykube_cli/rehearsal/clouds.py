"""The clouds that can be rehearsed, with the functions that start, stop and list their simulated accounts.

A cloud's module is imported only when one of its stacks is rehearsed, because its SDK is an optional extra.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube_rehearsal.cloud.account.client import Client

from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.sweep import Account

Environment = Mapping[str, str]
"""The environment variables with which programs find the account."""

ACCOUNT = "account"
"""The name of the account's folder, below the rehearsal's."""
_REHEARSALS = {name: cloud.rehearsal for name, cloud in definitions().items() if cloud.rehearsal}


@dataclass(frozen=True)
class RehearsedCloud:
    """How a cloud is rehearsed."""

    simulated: str
    """A sentence about what is simulated, for the report."""
    start: Callable[[Path, Any, Mapping[str, object]], dict[str, str]]
    """Starts the account in a rehearsal's folder, for a cluster's spec and with faults. Returns the environment."""
    stop: Callable[[Path], None]
    """Stops the account in a folder, and the Kubernetes control planes of the clusters that are left in it."""
    contents: Callable[[Environment], Iterator[str]]
    """The resources in the account, each as `kind id`."""
    account_factory: Callable[[Environment, str, Any, Facts], Callable[[], Account]]
    """Opens the account of a stack, to remove what its cluster left there, with the facts in its state: see
    anykube_cli.sweep."""
    settings: Callable[[Environment], Mapping[str, str]] = lambda _: {}
    """Pulumi config that a rehearsal sets, by key."""
    client: Callable[[Environment], Client | None] = lambda _: None
    """A client of the account, if it is based on anykube_rehearsal.cloud.account."""


def supported_clouds() -> frozenset[str]:
    """The clouds that can be rehearsed, as in `cluster.cloud` of the settings."""
    return frozenset(_REHEARSALS)


def simulated_cloud(cloud: str) -> RehearsedCloud:
    """How the cloud is rehearsed."""
    rehearsed: RehearsedCloud = resolve(_REHEARSALS[cloud].cloud)
    return rehearsed


def list_remaining(cloud: RehearsedCloud, environment: Environment, before: frozenset[str] = frozenset()) -> list[str]:
    """The resources in the account that are not in `before`, such as those of an empty account."""
    return sorted(set(cloud.contents(environment)) - before)
