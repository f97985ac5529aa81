"""The key that the cluster's secrets are encrypted with.

https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
"""

import pulumi
import pulumi_gcp as gcp

from anykube._clusters.gke.project import Project
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.resource_scope import ResourceScope

_QUARTER = f"{90 * 24 * 3600}s"


def key(children: ResourceScope, spec: GkeClusterSpec, project: Project) -> tuple[gcp.kms.CryptoKey, pulumi.Resource]:
    """The key, and the role by which GKE may use it: that has to be there before the cluster.

    Key rings are for ever, and their names with them: so they have one that is made up.
    """
    ring = gcp.kms.KeyRing(
        children.name("secrets"),
        project=project.id,
        location=spec.region,
        opts=children.options(depends_on=project.ready),
    )
    made = gcp.kms.CryptoKey(
        children.name("secrets"),
        key_ring=ring.id,
        purpose="ENCRYPT_DECRYPT",
        rotation_period=_QUARTER,
        opts=children.options(),
    )
    granted = gcp.kms.CryptoKeyIAMMember(
        children.name("secrets"),
        crypto_key_id=made.id,
        role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member=project.agent,
        opts=children.options(),
    )
    return made, granted
