"""What other programs import: `from components import LocalCluster, WebService`.

Names are looked up when they are first used (PEP 562), so that a program pays for nothing that it does
not use, and needs no cloud's SDK but its own.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.certificates import Issuer
    from components.clusters.aks.cluster import AksCluster
    from components.clusters.aks.spec import AksClusterSpec
    from components.clusters.eks.cluster import EksCluster
    from components.clusters.eks.spec import EksClusterSpec
    from components.clusters.existing.cluster import ExistingCluster
    from components.clusters.gke.cluster import GkeCluster
    from components.clusters.gke.spec import GkeClusterSpec
    from components.clusters.local.authority import LocalAuthority
    from components.clusters.local.cluster import LocalCluster
    from components.clusters.reference import ReferencedCluster
    from components.clusters.spec import ExistingClusterSpec, LocalClusterSpec, Machine, NodePool, Taint
    from components.kubernetes import Manifest, Transform
    from components.routing import IngressProfile
    from components.workloads.daemon.component import DaemonService
    from components.workloads.daemon.spec import DaemonServiceSpec
    from components.workloads.external.component import ExternalService
    from components.workloads.external.spec import ExternalServiceSpec
    from components.workloads.identity import (
        AwsIdentity,
        AwsStatement,
        AzureIdentity,
        AzureRole,
        CloudIdentity,
        GcpGrant,
        GcpIdentity,
        IdentityBinding,
    )
    from components.workloads.jobs.component import CronJob, Job
    from components.workloads.jobs.spec import CronJobSpec, JobSpec
    from components.workloads.namespace import Namespace
    from components.workloads.pods.secrets import resolve
    from components.workloads.pods.spec import Check, InitContainer, NamedContainer, Peer, Resources, Toleration
    from components.workloads.pods.values import SecretRef
    from components.workloads.pods.volumes import Volume
    from components.workloads.rollout import Rollout
    from components.workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
    from components.workloads.scaling import Autoscaling, Disruption
    from components.workloads.service import Service, ServicePort
    from components.workloads.site import LoadBalancers, Site
    from components.workloads.stateful.component import StatefulService
    from components.workloads.stateful.spec import StatefulServiceSpec
    from components.workloads.web.component import WebService
    from components.workloads.web.spec import Health, Next, WebServiceSpec
    from components.workloads.worker.component import Worker
    from components.workloads.worker.spec import WorkerSpec

_HOMES = {
    "components.certificates": ("Issuer",),
    "components.clusters.aks.cluster": ("AksCluster",),
    "components.clusters.aks.spec": ("AksClusterSpec",),
    "components.clusters.eks.cluster": ("EksCluster",),
    "components.clusters.eks.spec": ("EksClusterSpec",),
    "components.clusters.existing.cluster": ("ExistingCluster",),
    "components.clusters.gke.cluster": ("GkeCluster",),
    "components.clusters.gke.spec": ("GkeClusterSpec",),
    "components.clusters.local.authority": ("LocalAuthority",),
    "components.clusters.local.cluster": ("LocalCluster",),
    "components.clusters.reference": ("ReferencedCluster",),
    "components.clusters.spec": ("ExistingClusterSpec", "LocalClusterSpec", "Machine", "NodePool", "Taint"),
    "components.kubernetes": ("Manifest", "Transform"),
    "components.workloads.namespace": ("Namespace",),
    "components.workloads.web.component": ("WebService",),
    "components.workloads.pods.secrets": ("resolve",),
    "components.workloads.pods.spec": ("Check", "InitContainer", "NamedContainer", "Peer", "Resources", "Toleration"),
    "components.workloads.pods.values": ("SecretRef",),
    "components.workloads.rollout": ("Rollout",),
    "components.workloads.routes.spec": ("CertManager", "GatewayName", "Route", "RoutePath", "Share", "Tls"),
    "components.routing": ("IngressProfile",),
    "components.workloads.web.spec": ("Health", "Next", "WebServiceSpec"),
    "components.workloads.daemon.component": ("DaemonService",),
    "components.workloads.daemon.spec": ("DaemonServiceSpec",),
    "components.workloads.external.component": ("ExternalService",),
    "components.workloads.external.spec": ("ExternalServiceSpec",),
    "components.workloads.identity": (
        "AwsIdentity",
        "AwsStatement",
        "AzureIdentity",
        "AzureRole",
        "CloudIdentity",
        "GcpGrant",
        "GcpIdentity",
        "IdentityBinding",
    ),
    "components.workloads.jobs.component": (
        "CronJob",
        "Job",
    ),
    "components.workloads.jobs.spec": (
        "CronJobSpec",
        "JobSpec",
    ),
    "components.workloads.pods.volumes": ("Volume",),
    "components.workloads.scaling": (
        "Autoscaling",
        "Disruption",
    ),
    "components.workloads.service": (
        "Service",
        "ServicePort",
    ),
    "components.workloads.site": (
        "LoadBalancers",
        "Site",
    ),
    "components.workloads.stateful.component": ("StatefulService",),
    "components.workloads.stateful.spec": ("StatefulServiceSpec",),
    "components.workloads.worker.component": ("Worker",),
    "components.workloads.worker.spec": ("WorkerSpec",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AksCluster",
    "AksClusterSpec",
    "Autoscaling",
    "AwsIdentity",
    "AwsStatement",
    "AzureIdentity",
    "AzureRole",
    "CertManager",
    "Check",
    "CloudIdentity",
    "CronJob",
    "CronJobSpec",
    "DaemonService",
    "DaemonServiceSpec",
    "Disruption",
    "EksCluster",
    "EksClusterSpec",
    "ExistingCluster",
    "ExistingClusterSpec",
    "ExternalService",
    "ExternalServiceSpec",
    "GatewayName",
    "GcpGrant",
    "GcpIdentity",
    "GkeCluster",
    "GkeClusterSpec",
    "Health",
    "IdentityBinding",
    "IngressProfile",
    "InitContainer",
    "Issuer",
    "Job",
    "JobSpec",
    "LoadBalancers",
    "LocalAuthority",
    "LocalCluster",
    "LocalClusterSpec",
    "Machine",
    "Manifest",
    "NamedContainer",
    "Namespace",
    "Next",
    "NodePool",
    "Peer",
    "ReferencedCluster",
    "Resources",
    "Rollout",
    "Route",
    "RoutePath",
    "SecretRef",
    "Service",
    "ServicePort",
    "Share",
    "Site",
    "StatefulService",
    "StatefulServiceSpec",
    "Taint",
    "Tls",
    "Toleration",
    "Transform",
    "Volume",
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
