"""Requests must match the schemas in Google's discovery documents."""

from collections.abc import Iterator, Mapping

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change, Rule
from anykube_rehearsal.gcp.account.discovery import schema_errors
from anykube_rehearsal.gcp.account.tokens import (
    ADDRESS,
    CERTIFICATE,
    CLUSTER,
    FIREWALL,
    GLOBAL_ADDRESS,
    KEY,
    NETWORK,
    NODE_POOL,
    ROUTER,
    ROUTER_NAT,
    SUBNETWORK,
)

SCHEMAS: Mapping[str, tuple[str, str, str]] = {
    CLUSTER: ("container.v1", "Cluster", "kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters"),
    NODE_POOL: (
        "container.v1",
        "NodePool",
        "kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools",
    ),
    KEY: ("cloudkms.v1", "CryptoKey", "kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys"),
    **{
        token: ("compute.v1", schema, f"compute/docs/reference/rest/v1/{collection}")
        for token, schema, collection in (
            (ADDRESS, "Address", "addresses"),
            (GLOBAL_ADDRESS, "Address", "globalAddresses"),
            (CERTIFICATE, "SslCertificate", "sslCertificates"),
            (FIREWALL, "Firewall", "firewalls"),
            (NETWORK, "Network", "networks"),
            (ROUTER, "Router", "routers"),
            (ROUTER_NAT, "RouterNat", "routers"),
            (SUBNETWORK, "Subnetwork", "subnetworks"),
        )
    },
}
"""By resource type: its service and schema, and the path of its documentation on cloud.google.com."""


def _matches_schema(account: Account, change: Change) -> Iterator[str]:
    del account
    service, schema, _ = SCHEMAS[change.token]
    yield from schema_errors(service, schema, change.new)


RULES = tuple(
    Rule({token}, {"create", "update"}, f"https://cloud.google.com/{document}", _matches_schema)
    for token, (_, _, document) in SCHEMAS.items()
)
