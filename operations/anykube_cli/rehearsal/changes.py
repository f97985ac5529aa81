"""The changes that a rehearsal makes to the settings: one of each kind that they allow."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from anykube._clusters.managed import ManagedCluster

_NEXT_VERSION = {"1.34": "1.35", "1.35": "1.36"}

Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Change:
    """A change with its name, and the function that makes it in the section `cluster` of the settings."""

    name: str
    edit: Edit


def changes(spec: ManagedCluster) -> Iterator[Change]:
    """The changes for this cluster, in the order in which a rehearsal makes them."""
    if spec.mode == "standard":
        pool = next(name for name, pool_spec in reversed(spec.pools.items()) if not pool_spec.machine.gpu)
        yield Change(f"scale the pool {pool}", lambda cluster: _scale(cluster, spec, pool))
        yield Change("add a pool", lambda cluster: _pools(cluster).update({"more": {"count": 1}}))
        yield Change(f"taint the pool {pool}", lambda cluster: _taint(cluster, pool))
    if spec.version in _NEXT_VERSION:
        version = _NEXT_VERSION[spec.version]
        yield Change(f"upgrade {spec.version} → {version}", lambda cluster: cluster.update(version=version))


def remove_protection(settings: dict[str, Any], spec: ManagedCluster) -> None:
    """Removes the protection from deletion, with a waiver of the rule that requires it, as a user would."""
    settings.setdefault("cluster", {})["protect"] = False
    waiver = {
        "rule": "cluster-protection",
        "resource": f"{spec.name}-cluster",
        "reason": "the rehearsal removes the cluster next",
        "until": str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)),
    }
    settings.setdefault("policies", {}).setdefault("waivers", []).append(waiver)


def _pools(cluster: dict[str, Any]) -> dict[str, Any]:
    pools: dict[str, Any] = cluster.setdefault("pools", {})
    return pools


def _scale(cluster: dict[str, Any], spec: ManagedCluster, name: str) -> None:
    pool, settings = spec.pools[name], _pools(cluster).setdefault(name, {})
    if pool.min is None:
        settings["count"] = pool.initial_count + 1
    else:
        # Raise only the maximum: EKS rejects a minimum above the current size, which the autoscaler sets.
        settings |= {"min": pool.min, "max": (pool.max or pool.min) + 1}


def _taint(cluster: dict[str, Any], name: str) -> None:
    settings = _pools(cluster).setdefault(name, {})
    taint = {"key": "rehearsal", "value": "true", "effect": "PreferNoSchedule"}
    settings["taints"] = [*settings.get("taints", []), taint]
