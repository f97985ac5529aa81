"""The permissions that a call needs, and the resource on which Google Cloud checks them.

https://cloud.google.com/iam/docs/permissions-reference and
https://cloud.google.com/kubernetes-engine/docs/reference/api-permissions
"""

from collections.abc import Iterator, Mapping

from anykube_rehearsal.gcp.account.tokens import (
    CLUSTER,
    KEY,
    KEY_MEMBER,
    KEY_RING,
    NETWORK,
    NODE_POOL,
    PROJECT_MEMBER,
    ROUTER,
    ROUTER_NAT,
    SERVICE,
    SERVICE_ACCOUNT,
    SUBNETWORK,
)

_VERBS = {"create": "create", "read": "get", "update": "update", "delete": "delete"}
_COLLECTIONS: Mapping[str, str] = {
    NETWORK: "compute.networks",
    SUBNETWORK: "compute.subnetworks",
    ROUTER: "compute.routers",
    KEY_RING: "cloudkms.keyRings",
    KEY: "cloudkms.cryptoKeys",
    SERVICE_ACCOUNT: "iam.serviceAccounts",
    CLUSTER: "container.clusters",
}
_SPECIAL: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("create", CLUSTER): ("container.clusters.create", "iam.serviceAccounts.actAs"),
    ("create", SERVICE): ("serviceusage.services.enable",),
    ("read", SERVICE): ("serviceusage.services.get",),
    ("create", SUBNETWORK): ("compute.subnetworks.create", "compute.networks.updatePolicy"),
    ("create", ROUTER): ("compute.routers.create", "compute.networks.updatePolicy"),
    # Key rings stay. Deleting a key destroys its versions.
    ("delete", KEY_RING): (),
    ("delete", KEY): ("cloudkms.cryptoKeyVersions.list", "cloudkms.cryptoKeyVersions.destroy"),
    **{
        (verb, ROUTER_NAT): ("compute.routers.get", "compute.routers.update") for verb in ("create", "update", "delete")
    },
    ("read", ROUTER_NAT): ("compute.routers.get",),
    # A pool is a part of its cluster.
    **{(verb, NODE_POOL): ("container.clusters.update",) for verb in ("create", "update", "delete")},
    ("read", NODE_POOL): ("container.clusters.get",),
    **{
        (verb, token): tuple(f"{resource}.{action}" for action in ("getIamPolicy", *change))
        for token, resource in ((KEY_MEMBER, "cloudkms.cryptoKeys"), (PROJECT_MEMBER, "resourcemanager.projects"))
        for verb, change in (("create", ("setIamPolicy",)), ("read", ()), ("delete", ("setIamPolicy",)))
    },
}
_ON_PARENT = {"container.clusters.create", "cloudkms.keyRings.create", "cloudkms.cryptoKeys.create"}


def permissions(verb: str, token: str, identifier: str) -> Iterator[tuple[str, str]]:
    """Permissions with the name of the resource. Raises KeyError for a type that stacks do not create."""
    special = _SPECIAL.get((verb, token))
    names = (f"{_COLLECTIONS[token]}.{_VERBS[verb]}",) if special is None else special
    for name in names:
        yield name, _parent(identifier) if name in _ON_PARENT else identifier


def _parent(identifier: str) -> str:
    """Creation is checked on the parent: https://cloud.google.com/iam/docs/conditions-resource-attributes"""
    return identifier.rpartition("/")[0].rpartition("/")[0]
