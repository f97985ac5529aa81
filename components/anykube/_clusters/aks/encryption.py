"""Encrypts Secrets in etcd with a key in a key vault.

It uses the KMS plug-in, the only way in API version 2025-09-01, which azure-native 3.29 has. The newer way
(`kubernetesResourceObjectEncryptionProfile`) is in preview. AKS Automatic documents neither: there, Azure encrypts only
the disks of etcd.
https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.keyvault as keyvault
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import Identities, create_role_assignment
from anykube._clusters.aks.naming import vault_name
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec


@dataclass(frozen=True)
class Encryption:
    """The encryption settings of a cluster, and the resources that must exist before it."""

    profile: containerservice.AzureKeyVaultKmsArgs
    ready: Sequence[pulumi.Resource]


def create_encryption_key(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    identities: Identities,
    tenant: pulumi.Input[str],
) -> Encryption:
    """Creates a key vault, a key, and a role assignment for the control plane."""
    vault = keyvault.Vault(
        children.name("secrets"),
        vault_name=identities.control_plane.principal_id.apply(lambda principal: vault_name(spec.name, principal)),
        resource_group_name=group.name,
        location=children.location,
        properties=keyvault.VaultPropertiesArgs(
            sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
            tenant_id=tenant,
            enable_rbac_authorization=True,
            # Without the key, Secrets cannot be decrypted.
            enable_soft_delete=True,
            enable_purge_protection=True,
            soft_delete_retention_in_days=90,
            # The plug-in cannot reach a vault behind a firewall. Access still requires the role.
            public_network_access="Enabled",
        ),
        tags=children.tags,
        # A new name would create a new vault with another key.
        opts=children.options(ignore_changes=["vaultName"]),
    )
    key = keyvault.Key(
        children.name("secrets"),
        key_name="secrets",
        vault_name=vault.name,
        resource_group_name=group.name,
        properties=keyvault.KeyPropertiesArgs(kty="RSA", key_size=3072, key_ops=["encrypt", "decrypt"]),
        tags=children.tags,
        # The provider deletes keys by the vault's own API, for which a deployer would need a role in the vault.
        opts=pulumi.ResourceOptions.merge(children.options(), pulumi.ResourceOptions(deleted_with=vault)),
    )
    assignment = create_role_assignment(
        children,
        "control-plane-secrets",
        principal=identities.control_plane.principal_id,
        role=ROLES["Key Vault Crypto User"],
        scope=vault.id,
    )
    profile = containerservice.AzureKeyVaultKmsArgs(
        enabled=True, key_id=key.key_uri_with_version, key_vault_network_access="Public"
    )
    return Encryption(profile, [key, assignment])
