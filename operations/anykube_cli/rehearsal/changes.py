"""The changes that a rehearsal makes to a page: one of each kind that its settings allow."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from anykube._clusters.managed import ManagedCluster

_NEXT = {"1.34": "1.35", "1.35": "1.36"}

Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Change:
    """A change by name, and what it does to the page's `cluster` section."""

    name: str
    edit: Edit


def changes(spec: ManagedCluster) -> Iterator[Change]:
    """Those for this cluster, in the order in which they are tried."""
    if spec.mode == "standard":
        pool = next(name for name, of in reversed(spec.pools.items()) if not of.machine.gpu)
        yield Change(f"scale the pool {pool}", lambda cluster: _scale(cluster, spec, pool))
        yield Change("add a pool", lambda cluster: _pools(cluster).update({"more": {"count": 1}}))
        yield Change(f"taint the pool {pool}", lambda cluster: _taint(cluster, pool))
    if spec.version in _NEXT:
        version = _NEXT[spec.version]
        yield Change(f"upgrade {spec.version} → {version}", lambda cluster: cluster.update(version=version))


def unprotected(page: dict[str, Any], spec: ManagedCluster) -> None:
    """Lifts the protection: a run of its own before a destroy, as for the real thing, and excused as that has to be."""
    page.setdefault("cluster", {})["protect"] = False
    waiver = {
        "rule": "cluster-protection",
        "resource": f"{spec.name}-cluster",
        "reason": "the rehearsal removes it next",
        "until": str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)),
    }
    page.setdefault("policies", {}).setdefault("waivers", []).append(waiver)


def _pools(cluster: dict[str, Any]) -> dict[str, Any]:
    pools: dict[str, Any] = cluster.setdefault("pools", {})
    return pools


def _scale(cluster: dict[str, Any], spec: ManagedCluster, name: str) -> None:
    pool, own = spec.pools[name], _pools(cluster).setdefault(name, {})
    if pool.min is None:
        own["count"] = pool.initial_count + 1
    else:
        # Its size is the autoscaler's: EKS refuses a smallest size above what there is at that moment.
        own |= {"min": pool.min, "max": (pool.max or pool.min) + 1}


def _taint(cluster: dict[str, Any], name: str) -> None:
    own = _pools(cluster).setdefault(name, {})
    taint = {"key": "rehearsal", "value": "true", "effect": "PreferNoSchedule"}
    own["taints"] = [*own.get("taints", []), taint]
