"""Certificates for the hosts of apps: cert-manager, and an issuer that is Let's Encrypt's.

https://cert-manager.io/docs/configuration/acme/dns01/azuredns/
"""

from collections.abc import Mapping, Sequence

import pulumi

from anykube._clusters.aks.charts import chart
from anykube._clusters.aks.identity import assigned, trusted, user_assigned
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
_SYSTEM = [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
_ID_PARTS = 9
_USED = {"azure.workload.identity/use": "true"}


def certificates(ground: PlatformContext, zone: str | pulumi.Output[str]) -> list[pulumi.Resource]:
    """Makes all of it. `zone`: the id of the DNS zone in which the issuer proves whose the hosts are."""
    children = ground.children
    own = user_assigned(children, CERTIFICATES_CHART, ground.group)
    writes = assigned(
        children,
        f"{CERTIFICATES_CHART}-zone",
        principal=own.principal_id,
        role=ROLES["DNS Zone Contributor"],
        scope=zone,
    )
    bound = trusted(children, CERTIFICATES_CHART, own, ground.group, ground.issuer, _ACCOUNT)
    release = chart(
        children,
        CERTIFICATES_CHART,
        CERTIFICATES_REPOSITORY,
        CERTIFICATES_VERSION,
        _NAMESPACE,
        values(),
        ground.onto,
        [writes, bound],
    )
    opts = pulumi.ResourceOptions(parent=children.parent, provider=ground.onto, depends_on=[release])
    return [release, apply(issuer(zone, own.client_id), children.name("issuer"), opts)]


def values() -> Mapping[str, object]:
    """What of the chart is not its default: definitions that come with it, and pods among the cluster's own."""
    return {
        "crds": {"enabled": True},
        "replicaCount": 2,
        "podLabels": _USED,
        "serviceAccount": {"labels": _USED},
        "tolerations": _SYSTEM,
        "webhook": {"replicaCount": 2, "tolerations": _SYSTEM},
        "cainjector": {"tolerations": _SYSTEM},
        "startupapicheck": {"tolerations": _SYSTEM},
        "podDisruptionBudget": {"enabled": True},
        "config": {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "enableGatewayAPI": True,
        },
    }


def _parts(zone: str | pulumi.Output[str]) -> Sequence[pulumi.Input[str]]:
    """What the zone's id has between its slashes: /subscriptions/ID/resourceGroups/NAME/providers/... and its name."""
    if isinstance(zone, str):
        return zone.split("/")
    known = zone.apply(lambda text: text.split("/"))
    return [known[index] for index in range(_ID_PARTS)]


def issuer(zone: str | pulumi.Output[str], client: pulumi.Input[str]) -> Mapping[str, object]:
    """Let's Encrypt, for hosts in that zone."""
    parts = _parts(zone)
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
                                "hostedZoneName": parts[-1],
                                "resourceGroupName": parts[4],
                                "subscriptionID": parts[2],
                                "environment": "AzurePublicCloud",
                                "managedIdentity": {"clientID": client},
                            }
                        }
                    }
                ],
            }
        },
    }
