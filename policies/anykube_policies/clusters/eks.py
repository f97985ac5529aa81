"""The checks for EKS clusters and node groups.

https://docs.aws.amazon.com/eks/latest/best-practices/security.html
"""

from collections.abc import Iterator

import yaml
from anykube._clusters.eks.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.combinators import (
    IgnoreStack,
    RequireProtection,
    allows_any_address,
    may_match,
    resources_of_type,
)
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import of_kind
from anykube_policies.resource import Resource, Stack
from anykube_policies.rule import eks as cis

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_ADDON = "aws:eks/addon:Addon"
_ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_SUBNET = "aws:ec2/subnet:Subnet"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_ENGINES = {"cilium", "tigera-operator"}
"""Helm charts that install another network policy engine."""


def _is_auto(cluster: Resource) -> bool:
    """Whether the cluster uses EKS Auto Mode, in which AWS manages the nodes."""
    return cluster.inputs.get("computeConfig.enabled").flag is True


def endpoint(cluster: Resource) -> str | None:
    """The public endpoint is disabled or restricted to CIDR ranges. By default it is open to the whole internet.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    network = cluster.inputs["vpcConfig"]
    if network["endpointPublicAccess"].flag is False:
        return None
    ranges = network["publicAccessCidrs"].elements
    return "allows API access from the whole internet" if not ranges or allows_any_address(ranges) else None


def audit_logs(cluster: Resource) -> str | None:
    """The audit log is enabled. By default EKS keeps no control plane logs.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    return None if cluster.inputs["enabledClusterLogTypes"].has("audit") else "has audit logging disabled"


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted with a customer-managed key. Its use is logged, and it can be revoked.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
    """
    has_key = cluster.inputs.get("encryptionConfig.provider.keyArn").is_set
    return None if has_key else "does not encrypt Secrets with a customer-managed key"


def private_nodes(nodes: Resource, stack: Stack) -> str | None:
    """Nodes have no public IP addresses and no open SSH port.

    Subnet IDs are not known in a preview, so this checks only whether the stack has a private subnet at all.
    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    remote = nodes.inputs["remoteAccess"]
    # EKS opens port 22 to 0.0.0.0/0: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html
    if remote["ec2SshKey"].is_set and remote["sourceSecurityGroupIds"].value in (None, []):
        return "opens SSH on its nodes to the whole internet"
    return _subnets(stack)


def private_auto_nodes(cluster: Resource, stack: Stack) -> str | None:
    """Auto Mode nodes, which run in the cluster's subnets, have no public IP addresses."""
    return _subnets(stack) if _is_auto(cluster) else None


def _subnets(stack: Stack) -> str | None:
    public = [subnet.inputs["mapPublicIpOnLaunch"].flag is True for subnet in resources_of_type(stack, _SUBNET)]
    return "has only subnets that assign public IP addresses to nodes" if public and all(public) else None


def private_template(template: Resource, stack: Stack) -> str | None:
    """A launch template for nodes does not request public IP addresses."""
    if _has_nodes(stack):
        for interface in template.inputs["networkInterfaces"].elements:
            # The provider uses a string because the property has three states.
            if interface["associatePublicIpAddress"].text == "true":
                return "assigns public IP addresses to nodes"
    return None


def network_policy(cluster: Resource, stack: Stack) -> str | None:
    """The VPC CNI plugin or Auto Mode enforces NetworkPolicies, which is off by default, or another engine does.

    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html, .../auto-net-pol.html
    """
    releases = (release.inputs["chart"].text or "" for release in resources_of_type(stack, _RELEASE))
    enabled = _auto_mode_enforces(stack) if _is_auto(cluster) else _plugin_enforces(cluster, stack)
    if enabled or any(chart.rpartition("/")[2] in _ENGINES for chart in releases):
        return None
    return "does not enforce NetworkPolicies"


def _auto_mode_enforces(stack: Stack) -> bool:
    return any(
        config.name == "amazon-vpc-cni" and config.fields.get("data.enable-network-policy-controller").text == "true"
        for resource in stack.resources
        for config in of_kind("ConfigMap")(resource)
    )


def _plugin_enforces(cluster: Resource, stack: Stack) -> bool:
    for addon in _addons(cluster, stack, "vpc-cni"):
        try:
            config = yaml.safe_load(addon.inputs["configurationValues"].text or "")
        except yaml.YAMLError:
            config = None
        # EKS expects a string: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
        if isinstance(config, dict) and str(config.get("enableNetworkPolicy")).lower() == "true":
            return True
    return False


def workload_identity(cluster: Resource, stack: Stack) -> str | None:
    """Pods can get an AWS identity without the node's credentials: with Pod Identity or the cluster's OIDC issuer.

    https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
    """
    issuers = (issuer.inputs["url"].value for issuer in resources_of_type(stack, _ISSUER))
    by_issuer = any(url is UNKNOWN or "oidc.eks." in str(url) for url in issuers)
    if by_issuer or _is_auto(cluster) or any(_addons(cluster, stack, "eks-pod-identity-agent")):
        return None
    return "gives pods no AWS identity of their own"


def _addons(cluster: Resource, stack: Stack, name: str) -> Iterator[Resource]:
    for addon in resources_of_type(stack, _ADDON):
        if addon.inputs["addonName"].text == name and may_match(addon.inputs["clusterName"], cluster.inputs["name"]):
            yield addon


def legacy_auth(cluster: Resource) -> str | None:
    """Access entries control who may authenticate. A mistake in the aws-auth ConfigMap can lock everyone out.

    https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html
    """
    mode = cluster.inputs.get("accessConfig.authenticationMode").text
    return "authenticates users only through the aws-auth ConfigMap" if mode in (None, "CONFIG_MAP") else None


def auto_repair(nodes: Resource) -> str | None:
    """Unhealthy nodes are replaced. https://docs.aws.amazon.com/eks/latest/userguide/node-health.html"""
    enabled = nodes.inputs.get("nodeRepairConfig.enabled").flag is True
    return None if enabled else "has automatic node repair disabled"


def auto_upgrade(cluster: Resource) -> str | None:
    """AWS upgrades the cluster when standard support ends. By default it enters extended support, which costs extra.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
    """
    standard = cluster.inputs.get("upgradePolicy.supportType").text == "STANDARD"
    return None if standard else "is not upgraded when standard support for its version ends"


def versions(resource: Resource) -> Iterator[Fields]:
    """The Kubernetes version of a cluster or a node group."""
    yield resource.inputs["version"]


def protection(cluster: Resource) -> bool:
    """https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html"""
    return cluster.inputs["deletionProtection"].flag is True


def node_metadata(template: Resource, stack: Stack) -> str | None:
    """Pods cannot read the node's credentials: IMDS requires a token, and its responses do not leave the node.

    https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """
    options = template.inputs["metadataOptions"]
    if not _has_nodes(stack) or options["httpEndpoint"].text == "disabled":
        return None
    if options["httpTokens"].text != "required":
        return "serves node credentials without a token"
    return None if options["httpPutResponseHopLimit"].number == 1 else "lets pods read the node's credentials"


def _has_nodes(stack: Stack) -> bool:
    """Whether the stack's launch templates may be for nodes."""
    return any(resources_of_type(stack, CLUSTER, NODE_GROUP))


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: IgnoreStack(audit_logs)},
        "cluster-secrets": {CLUSTER: secrets},
        "cluster-private-nodes": {
            CLUSTER: private_auto_nodes,
            NODE_GROUP: private_nodes,
            TEMPLATE: private_template,
        },
        "cluster-network-policy": {CLUSTER: network_policy},
        "cluster-workload-identity": {CLUSTER: workload_identity},
        "cluster-legacy-auth": {CLUSTER: legacy_auth},
        "cluster-auto-repair": {NODE_GROUP: auto_repair},
        "cluster-auto-upgrade": {CLUSTER: auto_upgrade},
        "cluster-version": dict.fromkeys((CLUSTER, NODE_GROUP), outdated(FACTS, versions)),
        "cluster-protection": {CLUSTER: RequireProtection(lambda cluster, _: protection(cluster))},
        "cluster-node-metadata": {TEMPLATE: node_metadata},
    },
    controls={
        "cluster-endpoint": [cis("5.4.1"), cis("5.4.2")],
        "cluster-audit-logs": [cis("2.1.1")],
        "cluster-secrets": [cis("5.3.1")],
        "cluster-private-nodes": [cis("5.4.3")],
        "cluster-network-policy": [cis("5.4.4")],
        "cluster-workload-identity": [cis("5.2.1")],
        "cluster-legacy-auth": [cis("5.5.1")],
    },
)
