"""What resources of AWS say of an EKS cluster and its nodes.

https://docs.aws.amazon.com/eks/latest/best-practices/security.html
"""

from collections.abc import Iterator

import yaml
from anykube._clusters.eks.facts import FACTS

from anykube_policies.clusters.checks import CloudChecks
from anykube_policies.clusters.judging import Alone, Protected, of_type, reached_by_everybody, same
from anykube_policies.clusters.versions import outdated
from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.kubernetes import of_kind
from anykube_policies.rule import eks as cis
from anykube_policies.subject import Resource, Stack

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_ADDON = "aws:eks/addon:Addon"
_ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_SUBNET = "aws:ec2/subnet:Subnet"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_ENGINES = {"cilium", "tigera-operator"}
"""Charts that bring another engine of network policies."""


def _is_auto(cluster: Resource) -> bool:
    """Whether nodes are AWS' own: Auto Mode."""
    return cluster.inputs.at("computeConfig.enabled").flag is True


def endpoint(cluster: Resource) -> str | None:
    """The public endpoint is off, or for ranges that are named: by itself EKS has it on, for everybody.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    network = cluster.inputs["vpcConfig"]
    if network["endpointPublicAccess"].flag is False:
        return None
    ranges = network["publicAccessCidrs"].elements
    return "lets the whole internet reach its API" if not ranges or reached_by_everybody(ranges) else None


def audit_logs(cluster: Resource) -> str | None:
    """Who did what is kept: by itself EKS keeps no log of its control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    return None if cluster.inputs["enabledClusterLogTypes"].has("audit") else "keeps no audit log"


def secrets(cluster: Resource) -> str | None:
    """Secrets are encrypted by a key of one's own, whose use is logged, and which can be taken away.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
    """
    given = cluster.inputs.at("encryptionConfig.provider.keyArn").given
    return None if given else "encrypts Secrets by no key of its owner's"


def private_nodes(nodes: Resource, stack: Stack) -> str | None:
    """Nodes have no public address, and no open SSH.

    Which subnet is which is first known when they are made: so what is judged is whether there is a private one at all.
    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    remote = nodes.inputs["remoteAccess"]
    # EKS then opens port 22 to everybody: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html
    if remote["ec2SshKey"].given and remote["sourceSecurityGroupIds"].value in (None, []):
        return "lets the whole internet reach SSH of its nodes"
    return _subnets(stack)


def private_auto_nodes(cluster: Resource, stack: Stack) -> str | None:
    """So it is with Auto Mode's nodes, which are in the cluster's subnets."""
    return _subnets(stack) if _is_auto(cluster) else None


def _subnets(stack: Stack) -> str | None:
    public = [subnet.inputs["mapPublicIpOnLaunch"].flag is True for subnet in of_type(stack, _SUBNET)]
    return "has no subnet but those that give nodes public addresses" if public and all(public) else None


def private_template(template: Resource, stack: Stack) -> str | None:
    """A launch template of nodes asks for no public address."""
    if _has_nodes(stack):
        for interface in template.inputs["networkInterfaces"].elements:
            # Terraform's provider has it as text, since it may be neither.
            if interface["associatePublicIpAddress"].text == "true":
                return "gives nodes public addresses"
    return None


def network_policy(cluster: Resource, stack: Stack) -> str | None:
    """Something enforces NetworkPolicies: the network plugin does, and Auto Mode, each when it is asked to.

    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html, .../auto-net-pol.html
    """
    releases = (release.inputs["chart"].text or "" for release in of_type(stack, _RELEASE))
    asked = _asks_auto_mode(stack) if _is_auto(cluster) else _asks_plugin(cluster, stack)
    if asked or any(chart.rpartition("/")[2] in _ENGINES for chart in releases):
        return None
    return "enforces no NetworkPolicy"


def _asks_auto_mode(stack: Stack) -> bool:
    return any(
        one.name == "amazon-vpc-cni" and one.fields.at("data.enable-network-policy-controller").text == "true"
        for resource in stack.resources
        for one in of_kind("ConfigMap")(resource)
    )


def _asks_plugin(cluster: Resource, stack: Stack) -> bool:
    for addon in _addons(cluster, stack, "vpc-cni"):
        try:
            said = yaml.safe_load(addon.inputs["configurationValues"].text or "")
        except yaml.YAMLError:
            said = None
        # EKS takes the word as text: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
        if isinstance(said, dict) and str(said.get("enableNetworkPolicy")).lower() == "true":
            return True
    return False


def workload_identity(cluster: Resource, stack: Stack) -> str | None:
    """Pods can be somebody in AWS without the node's credentials: by Pod Identity, or by the cluster's OIDC issuer.

    https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
    """
    issuers = (issuer.inputs["url"].value for issuer in of_type(stack, _ISSUER))
    by_issuer = any(url is UNKNOWN or "oidc.eks." in str(url) for url in issuers)
    if by_issuer or _is_auto(cluster) or any(_addons(cluster, stack, "eks-pod-identity-agent")):
        return None
    return "gives pods no identity of their own in AWS"


def _addons(cluster: Resource, stack: Stack, name: str) -> Iterator[Resource]:
    for addon in of_type(stack, _ADDON):
        if addon.inputs["addonName"].text == name and same(addon.inputs["clusterName"], cluster.inputs["name"]):
            yield addon


def legacy_auth(cluster: Resource) -> str | None:
    """Who may come in stands in access entries, and not in a ConfigMap that locks out by a slip: EKS' default.

    https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html
    """
    mode = cluster.inputs.at("accessConfig.authenticationMode").text
    return "lets people in by the ConfigMap aws-auth alone" if mode in (None, "CONFIG_MAP") else None


def auto_repair(nodes: Resource) -> str | None:
    """Nodes that are not well are replaced. https://docs.aws.amazon.com/eks/latest/userguide/node-health.html"""
    return None if nodes.inputs.at("nodeRepairConfig.enabled").flag is True else "leaves nodes that are not well"


def auto_upgrade(cluster: Resource) -> str | None:
    """AWS upgrades it when standard support ends: by itself it stays, and is charged for.

    https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html
    """
    standard = cluster.inputs.at("upgradePolicy.supportType").text == "STANDARD"
    return None if standard else "stays as it is when its version's standard support ends"


def versions(resource: Resource) -> Iterator[Fields]:
    """Of a cluster or a node group."""
    yield resource.inputs["version"]


def protection(cluster: Resource) -> bool:
    """https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html"""
    return cluster.inputs["deletionProtection"].flag is True


def node_metadata(template: Resource, stack: Stack) -> str | None:
    """Pods cannot take the node's credentials: a token is needed, which goes no further than the node.

    https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """
    options = template.inputs["metadataOptions"]
    if not _has_nodes(stack) or options["httpEndpoint"].text == "disabled":
        return None
    if options["httpTokens"].text != "required":
        return "gives the node's credentials without a token"
    return None if options["httpPutResponseHopLimit"].number == 1 else "gives the node's credentials to pods"


def _has_nodes(stack: Stack) -> bool:
    """Whether launch templates here may be of nodes."""
    return any(of_type(stack, CLUSTER, NODE_GROUP))


CHECKS = CloudChecks(
    by_type={
        "cluster-endpoint": {CLUSTER: endpoint},
        "cluster-audit-logs": {CLUSTER: Alone(audit_logs)},
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
        "cluster-protection": {CLUSTER: Protected(lambda cluster, _: protection(cluster))},
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
