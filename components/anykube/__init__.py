"""What other programs import: `from components import LocalCluster, WebService`.

Names are looked up when they are first used (PEP 562), so that a program pays for nothing that it does
not use, and needs no cloud's SDK but its own.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anykube.certificates import Issuer
    from anykube.clusters.aks.cluster import AksCluster
    from anykube.clusters.aks.spec import AksClusterSpec
    from anykube.clusters.eks.cluster import EksCluster
    from anykube.clusters.eks.spec import EksClusterSpec
    from anykube.clusters.existing.cluster import ExistingCluster
    from anykube.clusters.gke.cluster import GkeCluster
    from anykube.clusters.gke.spec import GkeClusterSpec
    from anykube.clusters.local.authority import LocalAuthority
    from anykube.clusters.local.cluster import LocalCluster
    from anykube.clusters.reference import ReferencedCluster
    from anykube.clusters.spec import ExistingClusterSpec, LocalClusterSpec, Machine, NodePool, Taint
    from anykube.kubernetes import Manifest, Transform
    from anykube.routing import Routing
    from anykube.workloads.daemon.component import DaemonService
    from anykube.workloads.daemon.spec import DaemonServiceSpec
    from anykube.workloads.external.component import ExternalService
    from anykube.workloads.external.spec import ExternalServiceSpec
    from anykube.workloads.identity import (
        AwsIdentity,
        AwsStatement,
        AzureIdentity,
        AzureRole,
        CloudIdentity,
        GcpGrant,
        GcpIdentity,
        Granted,
    )
    from anykube.workloads.jobs.component import CronJob, Job
    from anykube.workloads.jobs.spec import CronJobSpec, JobSpec
    from anykube.workloads.namespace import Namespace
    from anykube.workloads.pods.secrets import resolve
    from anykube.workloads.pods.spec import Check, InitContainer, NamedContainer, Peer, Resources, Toleration
    from anykube.workloads.pods.values import SecretRef
    from anykube.workloads.pods.volumes import Volume
    from anykube.workloads.rollout import Rollout
    from anykube.workloads.routes.spec import CertManager, GatewayName, Route, RoutePath, Share, Tls
    from anykube.workloads.scaling import Autoscaling, Disruption
    from anykube.workloads.service import Service, ServicePort
    from anykube.workloads.site import LoadBalancers, Site
    from anykube.workloads.stateful.component import StatefulService
    from anykube.workloads.stateful.spec import StatefulServiceSpec
    from anykube.workloads.web.component import WebService
    from anykube.workloads.web.spec import Health, Next, WebServiceSpec
    from anykube.workloads.worker.component import Worker
    from anykube.workloads.worker.spec import WorkerSpec

_HOMES = {
    "anykube.certificates": ("Issuer",),
    "anykube.clusters.aks.cluster": ("AksCluster",),
    "anykube.clusters.aks.spec": ("AksClusterSpec",),
    "anykube.clusters.eks.cluster": ("EksCluster",),
    "anykube.clusters.eks.spec": ("EksClusterSpec",),
    "anykube.clusters.existing.cluster": ("ExistingCluster",),
    "anykube.clusters.gke.cluster": ("GkeCluster",),
    "anykube.clusters.gke.spec": ("GkeClusterSpec",),
    "anykube.clusters.local.authority": ("LocalAuthority",),
    "anykube.clusters.local.cluster": ("LocalCluster",),
    "anykube.clusters.reference": ("ReferencedCluster",),
    "anykube.clusters.spec": ("ExistingClusterSpec", "LocalClusterSpec", "Machine", "NodePool", "Taint"),
    "anykube.kubernetes": ("Manifest", "Transform"),
    "anykube.workloads.namespace": ("Namespace",),
    "anykube.workloads.web.component": ("WebService",),
    "anykube.workloads.pods.secrets": ("resolve",),
    "anykube.workloads.pods.spec": ("Check", "InitContainer", "NamedContainer", "Peer", "Resources", "Toleration"),
    "anykube.workloads.pods.values": ("SecretRef",),
    "anykube.workloads.rollout": ("Rollout",),
    "anykube.workloads.routes.spec": ("CertManager", "GatewayName", "Route", "RoutePath", "Share", "Tls"),
    "anykube.routing": ("Routing",),
    "anykube.workloads.web.spec": ("Health", "Next", "WebServiceSpec"),
    "anykube.workloads.daemon.component": ("DaemonService",),
    "anykube.workloads.daemon.spec": ("DaemonServiceSpec",),
    "anykube.workloads.external.component": ("ExternalService",),
    "anykube.workloads.external.spec": ("ExternalServiceSpec",),
    "anykube.workloads.identity": (
        "AwsIdentity",
        "AwsStatement",
        "AzureIdentity",
        "AzureRole",
        "CloudIdentity",
        "GcpGrant",
        "GcpIdentity",
        "Granted",
    ),
    "anykube.workloads.jobs.component": (
        "CronJob",
        "Job",
    ),
    "anykube.workloads.jobs.spec": (
        "CronJobSpec",
        "JobSpec",
    ),
    "anykube.workloads.pods.volumes": ("Volume",),
    "anykube.workloads.scaling": (
        "Autoscaling",
        "Disruption",
    ),
    "anykube.workloads.service": (
        "Service",
        "ServicePort",
    ),
    "anykube.workloads.site": (
        "LoadBalancers",
        "Site",
    ),
    "anykube.workloads.stateful.component": ("StatefulService",),
    "anykube.workloads.stateful.spec": ("StatefulServiceSpec",),
    "anykube.workloads.worker.component": ("Worker",),
    "anykube.workloads.worker.spec": ("WorkerSpec",),
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
    "Granted",
    "Health",
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
    "Routing",
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
