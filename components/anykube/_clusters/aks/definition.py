"""The definition of Azure. Imports no SDK."""

import os

from anykube._clouds.definition import (
    CloudDefinition,
    Credentials,
    Preflight,
    ProjectTemplates,
    Rehearsal,
    Sample,
    StateBackend,
)
from anykube._clusters.aks.facts import FACTS
from anykube._clusters.aks.resource_types import RESOURCE_TYPES
from anykube._clusters.aks.routing import INGRESS_PROFILES, LOAD_BALANCERS
from anykube._clusters.aks.secret_manager import SECRET_MANAGER
from anykube._clusters.aks.sections import AksNodePool, AzureIdentity
from anykube._clusters.aks.spec import DNS_ZONE, SUBNET, SUBSCRIPTION, AksClusterSpec

_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_GROUP = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network"
_SUBNETS = f"{_GROUP}/virtualNetworks/n/subnets"
_NETWORK = f"nodes: {_SUBNETS}/n, api_server: {_SUBNETS}/a"

DEFINITION = CloudDefinition(
    name="azure",
    order=3,
    model=AksClusterSpec,
    component="anykube._clusters.aks.cluster:AksCluster",
    facts=FACTS,
    pool=AksNodePool,
    ingress=INGRESS_PROFILES,
    load_balancers={"standard": LOAD_BALANCERS, "managed": LOAD_BALANCERS},
    identity=AzureIdentity,
    patterns={
        r"^/subscriptions/\S+$": "it must be a resource ID, which starts with /subscriptions/",
        SUBSCRIPTION: "it must be a subscription ID, such as 00000000-0000-0000-0000-000000000000",
        SUBNET: "it must be the resource ID of a subnet, /subscriptions/…/virtualNetworks/NAME/subnets/NAME",
        DNS_ZONE: "it must be the resource ID of a DNS zone, /subscriptions/…/Microsoft.Network/dnszones/example.com",
    },
    rules=(
        "anykube._clusters.aks.rules:automatic",
        "anykube._clusters.aks.rules:load_balancer_subnet",
        "anykube._clusters.aks.rules:system_pool",
        "anykube._clusters.aks.rules:spot_surge",
    ),
    app_rules=("anykube._clusters.aks.rules:certificate_issuer",),
    checks="anykube_policies.clusters.aks:CHECKS",
    secret_manager=SECRET_MANAGER,
    preflight=Preflight(
        "anykube_cli.preflight.azure.planning:plan",
        "anykube_cli.preflight.azure.check:check",
        "anykube_cli.preflight.azure.identity:explain",
    ),
    sweep="anykube_cli.sweep.azure:account_factory",
    state_backend=StateBackend(
        "azblob",
        "anykube_cli.state_backends.azure.account:connect",
        "anykube_cli.state_backends.azure.files:files",
        "azurekeyvault",
        "anykube_cli.state_backends.azure.key:open_key",
    ),
    roles="anykube_cli.roles.azure.account:Roles",
    callers="anykube_cli.callers.azure",
    login="anykube_cli.ci.logins.azure:LOGIN",
    rehearsal=Rehearsal("anykube_cli.rehearsal.azure:CLOUD", extra="azure-rehearsal"),
    project=ProjectTemplates(
        "anykube._clusters.aks:templates/settings.yaml", login="anykube._clusters.aks:templates/login.yaml"
    ),
    resource_types=RESOURCE_TYPES,
    credentials=Credentials(
        variable_prefixes=("ARM_", "AZURE_", "AAD_", "IDENTITY_", "MSI_"),
        isolation_variables={"AZURE_CONFIG_DIR": os.devnull},
        # https://learn.microsoft.com/azure/developer/go/sdk/authentication/authentication-overview
        engine_variables={
            "ARM_CLIENT_ID": "AZURE_CLIENT_ID",
            "ARM_TENANT_ID": "AZURE_TENANT_ID",
            "ARM_CLIENT_SECRET": "AZURE_CLIENT_SECRET",
            "ARM_CLIENT_CERTIFICATE_PATH": "AZURE_CLIENT_CERTIFICATE_PATH",
            "ARM_CLIENT_CERTIFICATE_PASSWORD": "AZURE_CLIENT_CERTIFICATE_PASSWORD",
            "ARM_OIDC_TOKEN_FILE_PATH": "AZURE_FEDERATED_TOKEN_FILE",
        },
        login_variables=("ARM_CLIENT_ID", "AZURE_CLIENT_ID"),
    ),
    sample=Sample(
        minimal=(
            '{cloud: azure, name: a, region: westeurope, zones: ["1", "2"], network: {nat: single},'
            f" aks: {{subscription: {_SUBSCRIPTION}}}}}"
        ),
        managed='{mode: managed, version: "1.36", gateway_api: true}',
        certificate_issuer=f"{{aks: {{dns_zone: {_GROUP}/dnszones/example.com}}}}",
        variants={
            "machine type with another `arch`": (
                "{pools: {b: {count: 2, machine: {type: Standard_D4s_v5, arch: arm64}}}}"
            ),
            "machine type with `memory`": ("{pools: {b: {count: 2, machine: {type: Standard_D4s_v5, memory: 16Gi}}}}"),
            "existing network with `nat`": (f"{{aks: {{network: {{{_NETWORK}, load_balancers: {_SUBNETS}/l}}}}}}"),
            "existing network without a subnet for load balancers": (
                f"{{network: null, aks: {{network: {{{_NETWORK}}}}}}}"
            ),
            "zone of another region": '{zones: ["1", westeurope-2]}',
            "duplicate zone": '{zones: ["1", "1"]}',
        },
    ),
    extra="azure",
)
