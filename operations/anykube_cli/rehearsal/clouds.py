"""The clouds that can be rehearsed: for each what starts, ends and empties its simulated account.

A cloud's module is imported when one of its stacks is rehearsed, and not before: its SDK is an extra.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube_rehearsal.cloud.account.client import Client

from anykube_cli.sweep.sweep import Account

Environment = Mapping[str, str]

ACCOUNT = "account"
"""Below a rehearsal's folder: the folder of its account."""
_REHEARSALS = {name: cloud.rehearsal for name, cloud in definitions().items() if cloud.rehearsal}


@dataclass(frozen=True)
class RehearsedCloud:
    """How a cloud is rehearsed. `environment` has the variables by which everybody finds the account."""

    simulated: str
    """What is simulated of it: a sentence for a person."""
    start: Callable[[Path, Any, Mapping[str, object]], dict[str, str]]
    """Starts the account of a rehearsal in a folder, for a cluster's spec, with faults; returns the environment."""
    stop: Callable[[Path], None]
    """Ends the account in a folder, and the Kubernetes of clusters that are still in it."""
    contents: Callable[[Environment], Iterator[str]]
    """Everything that is in the account, each as `kind id`."""
    account_factory: Callable[[Environment, str, Any], Callable[[], Account]]
    """Enters the account for what the cluster of a stack leaves there, by its spec: see anykube_cli.sweep."""
    settings: Callable[[Environment], Mapping[str, str]] = lambda _: {}
    """The stack's configuration that a rehearsal sets, by key."""
    client: Callable[[Environment], Client | None] = lambda _: None
    """Asks the account, where it is one of `rehearsal/anykube_rehearsal/cloud/account`."""


def known() -> frozenset[str]:
    """The clouds that can be rehearsed, by a page's `cloud`."""
    return frozenset(_REHEARSALS)


def rehearsed(cloud: str) -> RehearsedCloud:
    """The cloud of a page."""
    found: RehearsedCloud = resolve(_REHEARSALS[cloud].cloud)
    return found


def remains(cloud: RehearsedCloud, environment: Environment, before: frozenset[str] = frozenset()) -> list[str]:
    """What there is now and was not before. Call it first for what an empty account has."""
    return sorted(set(cloud.contents(environment)) - before)
