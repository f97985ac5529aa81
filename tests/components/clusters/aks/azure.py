"""A mock of Azure, and specs of clusters for it."""

import base64
import json
from collections.abc import Callable
from typing import Any

from anykube._clusters.aks.args import AksClusterArgs
from anykube._clusters.spec import NodePool, Taint

from tests.components.conftest import Engine, Registration

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
DEPLOYER = "00000000-0000-0000-0000-00000000000d"
ISSUER = "https://westeurope.oic.prod-aks.azure.com/1/"
_SYSTEM = NodePool(min=3, max=6, taints=(Taint(key="CriticalAddonsOnly", value="true", effect="NoSchedule"),))
_USER_KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: prod, cluster: {server: "https://prod-1.private:443", certificate-authority-data: Q0E=}}]
users: [{name: somebody, user: {exec: {command: kubelogin, args: [get-token, --login, devicecode]}}}]
"""

CLUSTER: dict[str, Any] = {
    "name": lambda inputs: inputs["resourceName"],
    "fqdn": "prod-1.hcp.westeurope.azmk8s.io",
    "privateFqdn": "prod-1.private",
    "resourceUID": "uid-1",
    "oidcIssuerProfile": {"enabled": True, "issuerURL": ISSUER},
    # A list in the request, but a map in the response.
    "identity": lambda inputs: {
        "type": "UserAssigned",
        "userAssignedIdentities": {id_: {} for id_ in inputs["identity"]["userAssignedIdentities"]},
    },
}

Registered = dict[str, Registration]
Make = Callable[..., Registered]


def mock_azure(engine: Engine) -> None:
    """Sets the outputs of Azure resources."""
    for token, key in (
        ("resources:ResourceGroup", "resourceGroupName"),
        ("network:VirtualNetwork", "virtualNetworkName"),
        ("keyvault:Vault", "vaultName"),
    ):
        engine.says(f"azure-native:{token}", name=lambda inputs, key=key: inputs.get(key))
    engine.says(
        "azure-native:managedidentity:UserAssignedIdentity",
        name=lambda inputs: inputs["resourceName"],
        principalId=lambda inputs: f"principal-of-{inputs['resourceName']}",
        clientId=lambda inputs: f"client-of-{inputs['resourceName']}",
    )
    engine.says("azure-native:keyvault:Key", keyUriWithVersion="https://vault/keys/secrets/1")
    engine.says("azure-native:containerservice:ManagedCluster", **CLUSTER)
    engine.says(
        "azure-native:authorization:getClientConfig",
        clientId="00000000-0000-0000-0000-0000000000c1",
        objectId=DEPLOYER,
        subscriptionId=SUBSCRIPTION,
        tenantId="00000000-0000-0000-0000-00000000000f",
    )
    engine.says("azure-native:authorization:getClientToken", token=login_token("app"))
    engine.says(
        "azure-native:containerservice:listManagedClusterUserCredentials",
        kubeconfigs=lambda arguments: [{"name": "clusterUser", "value": _kubeconfig(arguments.get("serverFqdn"))}],
    )


def _kubeconfig(server_fqdn: str | None) -> str:
    host = CLUSTER["fqdn"] if server_fqdn == "public" else "prod-1.private"
    return base64.b64encode(_USER_KUBECONFIG.replace("prod-1.private", host).encode()).decode()


def login_token(kind: str) -> str:
    """An access token without a signature. `kind`: its claim `idtyp`."""
    parts = ({"alg": "none"}, {"idtyp": kind})
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join(encoded) + "."


def spec_of(*, aks: dict[str, Any] | None = None, **fields: Any) -> AksClusterArgs:
    """A spec with the required fields, and others."""
    pools = {"pools": {"system": _SYSTEM, "servers": NodePool(min=1, max=3)}} if fields.get("mode") != "managed" else {}
    if "pools" in fields:
        fields["pools"] = {"system": _SYSTEM, **fields["pools"]}
    return AksClusterArgs.model_validate(
        {
            "cloud": "azure",
            "name": "prod",
            "region": "westeurope",
            "zones": ("1", "2", "3"),
            "network": {"nat": "single"},
            "aks": {"subscription": SUBSCRIPTION, **(aks or {})},
            **pools,
            **fields,
        }
    )
