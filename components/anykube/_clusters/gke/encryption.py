"""The Cloud KMS key that encrypts the cluster's Secrets.

https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
"""

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_QUARTER = f"{90 * 24 * 3600}s"


def create_key(
    children: ResourceScope, spec: GkeClusterSpec, project: Project
) -> tuple[gcp.kms.CryptoKey, pulumi.Resource]:
    """Creates the key, and the permission for GKE to use it, which must exist before the cluster.

    Key rings cannot be deleted and their names cannot be reused, so Pulumi generates the name.
    """
    ring = gcp.kms.KeyRing(
        children.name("secrets"),
        project=project.id,
        location=spec.region,
        opts=children.options(depends_on=project.ready),
    )
    key = gcp.kms.CryptoKey(
        children.name("secrets"),
        key_ring=ring.id,
        purpose="ENCRYPT_DECRYPT",
        rotation_period=_QUARTER,
        opts=children.options(),
    )
    access = gcp.kms.CryptoKeyIAMMember(
        children.name("secrets"),
        crypto_key_id=key.id,
        role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member=project.service_agent,
        opts=children.options(),
    )
    return key, access
