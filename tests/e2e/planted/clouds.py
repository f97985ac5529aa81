"""Clusters created with the clouds' own SDKs: in each cloud a compliant one, and two that violate a policy.

Subnets, roles and keys are only referenced, not created.
"""

from typing import Any

import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp

_ROLE = "arn:aws:iam::123456789012:role/cluster"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d5c2a3e-6f0d-4d3b-9d0a-3a7d8a3f5b11"
_SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
_RING = "projects/planted/locations/europe-west1/keyRings/gke/cryptoKeys/secrets"
_VAULT_KEY = "https://planted.vault.azure.net/keys/aks/0123456789abcdef0123456789abcdef"
_WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/logs/providers/"
    "Microsoft.OperationalInsights/workspaces/logs"
)


def eks(name: str, *, public: bool = False, logs: tuple[str, ...] = ("api", "audit")) -> None:
    """An EKS cluster and its nodes. With `public`, its API is open to the internet."""
    cluster = aws.eks.Cluster(
        name,
        name=name,
        role_arn=_ROLE,
        vpc_config={"subnet_ids": _SUBNETS, "endpoint_private_access": True, "endpoint_public_access": public},
        access_config={"authentication_mode": "API"},
        encryption_config={"provider": {"key_arn": _KEY}, "resources": ["secrets"]},
        enabled_cluster_log_types=list(logs),
        upgrade_policy={"support_type": "STANDARD"},
        deletion_protection=True,
    )
    values = '{"enableNetworkPolicy": "true"}'
    aws.eks.Addon(f"{name}-cni", cluster_name=cluster.name, addon_name="vpc-cni", configuration_values=values)
    aws.eks.Addon(f"{name}-identity", cluster_name=cluster.name, addon_name="eks-pod-identity-agent")
    template = aws.ec2.LaunchTemplate(
        f"{name}-nodes", metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1}
    )
    aws.eks.NodeGroup(
        f"{name}-nodes",
        cluster_name=cluster.name,
        node_role_arn=_ROLE,
        subnet_ids=_SUBNETS,
        scaling_config={"min_size": 1, "max_size": 3, "desired_size": 2},
        launch_template={"id": template.id, "version": template.latest_version.apply(str)},
        node_repair_config={"enabled": True},
    )


def gke(name: str, *, private_nodes: bool = True, signed_boot: bool = True) -> None:
    """A GKE cluster and its nodes."""
    cluster = gcp.container.Cluster(
        name,
        name=name,
        location="europe-west1",
        remove_default_node_pool=True,
        initial_node_count=1,
        networking_mode="VPC_NATIVE",
        ip_allocation_policy={},
        private_cluster_config={"enable_private_nodes": private_nodes, "enable_private_endpoint": private_nodes},
        master_authorized_networks_config={"cidr_blocks": [{"cidr_block": "10.0.0.0/8"}]},
        database_encryption={"state": "ENCRYPTED", "key_name": _RING},
        datapath_provider="ADVANCED_DATAPATH",
        workload_identity_config={"workload_pool": "planted.svc.id.goog"},
        release_channel={"channel": "REGULAR"},
        deletion_protection=True,
    )
    gcp.container.NodePool(
        f"{name}-nodes",
        name="nodes",
        cluster=cluster.id,
        node_count=1,
        node_config={
            "service_account": "nodes@planted.iam.gserviceaccount.com",
            "shielded_instance_config": {"enable_secure_boot": signed_boot},
            "workload_metadata_config": {"mode": "GKE_METADATA"},
        },
    )


def aks(name: str, **changes: Any) -> None:
    """An AKS cluster, its diagnostic setting and its lock."""
    sound: dict[str, Any] = {
        "api_server_access_profile": {"enable_private_cluster": True},
        "aad_profile": {"managed": True, "enable_azure_rbac": True},
        "disable_local_accounts": True,
        "enable_rbac": True,
        "network_profile": {"network_plugin": "azure", "network_policy": "cilium", "network_dataplane": "cilium"},
        "oidc_issuer_profile": {"enabled": True},
        "security_profile": {
            "workload_identity": {"enabled": True},
            "azure_key_vault_kms": {"enabled": True, "key_id": _VAULT_KEY},
        },
        "auto_upgrade_profile": {"upgrade_channel": "patch", "node_os_upgrade_channel": "NodeImage"},
        "agent_pool_profiles": [
            {
                "name": "nodes",
                "mode": "System",
                "count": 3,
                "vm_size": "Standard_D4s_v5",
                "security_profile": {"enable_secure_boot": True, "enable_vtpm": True},
            }
        ],
    }
    cluster = azure.containerservice.ManagedCluster(
        name,
        resource_name_=name,
        resource_group_name="planted",
        location="westeurope",
        dns_prefix=name,
        identity={"type": azure.containerservice.ResourceIdentityType.SYSTEM_ASSIGNED},
        **{**sound, **changes},
    )
    azure.monitor.DiagnosticSetting(
        f"{name}-logs",
        name="control-plane",
        resource_uri=cluster.id,
        workspace_id=_WORKSPACE,
        logs=[{"category": "kube-audit-admin", "enabled": True}],
    )
    azure.authorization.ManagementLockByScope(f"{name}-lock", lock_name="keep", scope=cluster.id, level="CanNotDelete")


def sound() -> None:
    """A compliant cluster in each cloud."""
    eks("eks")
    gke("gke")
    aks("aks")


def planted() -> None:
    """Clusters that violate one rule each, themselves or with their nodes."""
    eks("eks-for-everybody", public=True)
    eks("eks-that-forgets", logs=("api",))
    gke("gke-in-the-open", private_nodes=False)
    gke("gke-unsigned", signed_boot=False)
    aks("aks-of-strangers", disable_local_accounts=False)
    aks("aks-without-walls", network_profile={"network_plugin": "azure"})
