"""Certificates for the hosts of apps: cert-manager with a ClusterIssuer for Let's Encrypt.

https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
"""

from collections.abc import Mapping, Sequence

import pulumi

from anykube._clusters.aks.charts import install_chart
from anykube._clusters.aks.identity import create_federated_credential, create_identity, create_role_assignment
from anykube._clusters.aks.platform_context import PlatformContext
from anykube._clusters.aks.platform_names import (
    CERTIFICATES_CHART,
    CERTIFICATES_REPOSITORY,
    CERTIFICATES_VERSION,
)
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.routing import ISSUER
from anykube._kubernetes import apply

_NAMESPACE = "cert-manager"
_ACCOUNT = f"system:serviceaccount:{_NAMESPACE}:cert-manager"
_TOLERATIONS = [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
_ID_SEGMENTS = 9
_WORKLOAD_IDENTITY = {"azure.workload.identity/use": "true"}


def install_cert_manager(context: PlatformContext, dns_zone: str | pulumi.Output[str]) -> list[pulumi.Resource]:
    """Installs cert-manager and the issuer. `dns_zone`: ID of the DNS zone for the issuer's DNS-01 challenges."""
    children = context.children
    identity = create_identity(children, CERTIFICATES_CHART, context.group)
    assignment = create_role_assignment(
        children,
        f"{CERTIFICATES_CHART}-zone",
        principal=identity.principal_id,
        role=ROLES["DNS Zone Contributor"],
        scope=dns_zone,
    )
    credential = create_federated_credential(
        children, CERTIFICATES_CHART, identity, context.group, context.issuer, _ACCOUNT
    )
    release = install_chart(
        children,
        CERTIFICATES_CHART,
        CERTIFICATES_REPOSITORY,
        CERTIFICATES_VERSION,
        _NAMESPACE,
        chart_values(),
        context.kubernetes_provider,
        [assignment, credential],
    )
    opts = pulumi.ResourceOptions(parent=children.parent, provider=context.kubernetes_provider, depends_on=[release])
    return [release, apply(cluster_issuer(dns_zone, identity.client_id), children.name("issuer"), opts)]


def chart_values() -> Mapping[str, object]:
    """Values of the chart: install its CRDs, and run its pods on system nodes."""
    return {
        "crds": {"enabled": True},
        "replicaCount": 2,
        "podLabels": _WORKLOAD_IDENTITY,
        "serviceAccount": {"labels": _WORKLOAD_IDENTITY},
        "tolerations": _TOLERATIONS,
        "webhook": {"replicaCount": 2, "tolerations": _TOLERATIONS},
        "cainjector": {"tolerations": _TOLERATIONS},
        "startupapicheck": {"tolerations": _TOLERATIONS},
        "podDisruptionBudget": {"enabled": True},
        "config": {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "enableGatewayAPI": True,
        },
    }


def _segments(dns_zone: str | pulumi.Output[str]) -> Sequence[pulumi.Input[str]]:
    """The segments of the zone's ID: /subscriptions/ID/resourceGroups/NAME/providers/... and the zone's name."""
    if isinstance(dns_zone, str):
        return dns_zone.split("/")
    segments = dns_zone.apply(lambda text: text.split("/"))
    return [segments[index] for index in range(_ID_SEGMENTS)]


def cluster_issuer(dns_zone: str | pulumi.Output[str], client_id: pulumi.Input[str]) -> Mapping[str, object]:
    """A ClusterIssuer for Let's Encrypt, for hosts in a DNS zone."""
    segments = _segments(dns_zone)
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": ISSUER},
        "spec": {
            "acme": {
                "server": "https://acme-v02.api.letsencrypt.org/directory",
                "privateKeySecretRef": {"name": f"{ISSUER}-account"},
                "solvers": [
                    {
                        "dns01": {
                            "azureDNS": {
                                "hostedZoneName": segments[-1],
                                "resourceGroupName": segments[4],
                                "subscriptionID": segments[2],
                                "environment": "AzurePublicCloud",
                                "managedIdentity": {"clientID": client_id},
                            }
                        }
                    }
                ],
            }
        },
    }
