"""Secrets encrypted in etcd, by a key that is made for the cluster.

It is the key management plug-in's way, since API version 2025-09-01, which azure-native 3.29 has, knows no other; the
newer one (`kubernetesResourceObjectEncryptionProfile`) is in preview. AKS Automatic is left with Azure's own
encryption of etcd's disks: its documents name neither.
https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.keyvault as keyvault
import pulumi_azure_native.resources as resources

from anykube._clusters.aks.identity import Identities, assigned
from anykube._clusters.aks.naming import vault_name
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.roles import ROLES
from anykube._clusters.aks.spec import AksClusterSpec


@dataclass(frozen=True)
class Encryption:
    """A key, and what has to be there before the control plane can use it."""

    profile: containerservice.AzureKeyVaultKmsArgs
    ready: Sequence[pulumi.Resource]


def encryption(
    children: ResourceScope,
    spec: AksClusterSpec,
    group: resources.ResourceGroup,
    identities: Identities,
    tenant: pulumi.Input[str],
) -> Encryption:
    """The vault, the key, and the control plane's right to use it."""
    vault = keyvault.Vault(
        children.name("secrets"),
        vault_name=identities.control_plane.principal_id.apply(lambda principal: vault_name(spec.name, principal)),
        resource_group_name=group.name,
        location=children.location,
        properties=keyvault.VaultPropertiesArgs(
            sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
            tenant_id=tenant,
            enable_rbac_authorization=True,
            # A key that is gone takes the cluster's Secrets with it.
            enable_soft_delete=True,
            enable_purge_protection=True,
            soft_delete_retention_in_days=90,
            # The plug-in cannot reach a vault with a firewall; who asks it still needs the role.
            public_network_access="Enabled",
        ),
        tags=children.tags,
        # Another name for the same identity would be another vault, and another key.
        opts=children.options(ignore_changes=["vaultName"]),
    )
    key = keyvault.Key(
        children.name("secrets"),
        key_name="secrets",
        vault_name=vault.name,
        resource_group_name=group.name,
        properties=keyvault.KeyPropertiesArgs(kty="RSA", key_size=3072, key_ops=["encrypt", "decrypt"]),
        tags=children.tags,
        opts=children.options(),
    )
    usable = assigned(
        children,
        "control-plane-secrets",
        principal=identities.control_plane.principal_id,
        role=ROLES["Key Vault Crypto User"],
        scope=vault.id,
    )
    profile = containerservice.AzureKeyVaultKmsArgs(
        enabled=True, key_id=key.key_uri_with_version, key_vault_network_access="Public"
    )
    return Encryption(profile, [key, usable])
