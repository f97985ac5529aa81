"""What the author of a cloud imports: the definition that registers it, and what its settings and component are made of.

    from anykube.cloud import CloudDefinition, ManagedCluster

A cloud is a folder of your own distribution with a `CloudDefinition` in it, and an entry point of the group `anykube.clouds`
that names the definition. tests/fourth_cloud in Anykube's repository is a complete one.
"""

from anykube._clouds.definition import (
    CloudDefinition,
    Credentials,
    Preflight,
    Rehearsal,
    ResourceTypes,
    Sample,
    SecretManager,
    StateBackend,
    resolve,
)
from anykube._clouds.registry import definitions
from anykube._clusters.children import Children
from anykube._clusters.cloud import Cloud, Form, Range, Refusal, network_range, service_range
from anykube._clusters.context import ClusterContext
from anykube._clusters.contract import hidden, kubernetes_provider
from anykube._clusters.lookup import cluster_context
from anykube._clusters.machines import Catalogue, MachineType
from anykube._clusters.managed import ManagedCluster, Network
from anykube._clusters.spec import NodePool
from anykube._model import Many, Model, TextInput
from anykube._names import Cidr, DnsLabel
from anykube._routing import IngressExtra, IngressProfile, LoadBalancers
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._validation import validated
from anykube._workloads.site import POOL_LABEL

__all__ = [
    "POOL_LABEL",
    "Catalogue",
    "Children",
    "Cidr",
    "Cloud",
    "CloudDefinition",
    "ClusterContext",
    "Credentials",
    "DnsLabel",
    "Finding",
    "Form",
    "IngressExtra",
    "IngressProfile",
    "LoadBalancers",
    "MachineType",
    "ManagedCluster",
    "Many",
    "Model",
    "Network",
    "NodePool",
    "Preflight",
    "Range",
    "Refusal",
    "Rehearsal",
    "ResourceTypes",
    "RuleContext",
    "Sample",
    "SecretManager",
    "StateBackend",
    "TextInput",
    "cluster_context",
    "definitions",
    "hidden",
    "kubernetes_provider",
    "network_range",
    "resolve",
    "service_range",
    "validated",
]
