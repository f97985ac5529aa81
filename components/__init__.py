"""What other programs import: `from components import LocalCluster, WebService`.

Names are looked up when they are first used (PEP 562), so that a program pays for nothing that it does
not use, and needs no cloud's SDK but its own.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.certificates import Issuer
    from components.clusters.existing.cluster import ExistingCluster
    from components.clusters.local.authority import LocalAuthority
    from components.clusters.local.cluster import LocalCluster
    from components.clusters.reference import ReferencedCluster
    from components.clusters.spec import ExistingClusterSpec, LocalClusterSpec, Machine, NodePool, Taint
    from components.kubernetes import Manifest, Transform
    from components.workloads.namespace import Namespace
    from components.workloads.pods.secrets import resolve
    from components.workloads.pods.spec import Resources
    from components.workloads.pods.values import SecretRef
    from components.workloads.rollout import Rollout
    from components.workloads.web.component import WebService
    from components.workloads.web.spec import Health, Route, RoutePath, Tls, WebServiceSpec
    from components.workloads.worker.component import Worker
    from components.workloads.worker.spec import WorkerSpec

_HOMES = {
    "components.certificates": ("Issuer",),
    "components.clusters.existing.cluster": ("ExistingCluster",),
    "components.clusters.local.authority": ("LocalAuthority",),
    "components.clusters.local.cluster": ("LocalCluster",),
    "components.clusters.reference": ("ReferencedCluster",),
    "components.clusters.spec": ("ExistingClusterSpec", "LocalClusterSpec", "Machine", "NodePool", "Taint"),
    "components.kubernetes": ("Manifest", "Transform"),
    "components.workloads.namespace": ("Namespace",),
    "components.workloads.web.component": ("WebService",),
    "components.workloads.pods.secrets": ("resolve",),
    "components.workloads.pods.spec": ("Resources",),
    "components.workloads.pods.values": ("SecretRef",),
    "components.workloads.rollout": ("Rollout",),
    "components.workloads.web.spec": ("Health", "Route", "RoutePath", "Tls", "WebServiceSpec"),
    "components.workloads.worker.component": ("Worker",),
    "components.workloads.worker.spec": ("WorkerSpec",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ExistingCluster",
    "ExistingClusterSpec",
    "Health",
    "Issuer",
    "LocalAuthority",
    "LocalCluster",
    "LocalClusterSpec",
    "Machine",
    "Manifest",
    "Namespace",
    "NodePool",
    "ReferencedCluster",
    "Resources",
    "Rollout",
    "Route",
    "RoutePath",
    "SecretRef",
    "Taint",
    "Tls",
    "Transform",
    "WebService",
    "WebServiceSpec",
    "Worker",
    "WorkerSpec",
    "resolve",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
