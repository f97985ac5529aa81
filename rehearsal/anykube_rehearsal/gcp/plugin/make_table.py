"""Generates table.json from the Terraform provider's schemas, with the property names of the installed SDK.

    python -m anykube_rehearsal.gcp.plugin.make_table SCHEMAS_JSON

Run it when the version of the SDK changes.
"""

import json
import sys
from pathlib import Path

from anykube_rehearsal.cloud.plugin.make_table import load_additions, make_rows, write_table
from anykube_rehearsal.gcp.plugin.sdk import SDK

SOURCE = "Terraform Google provider 7.45"
TYPES = {
    "gcp:compute/address:Address": "compute_address",
    "gcp:compute/firewall:Firewall": "compute_firewall",
    "gcp:compute/globalAddress:GlobalAddress": "compute_global_address",
    "gcp:compute/managedSslCertificate:ManagedSslCertificate": "compute_managed_ssl_certificate",
    "gcp:compute/network:Network": "compute_network",
    "gcp:compute/router:Router": "compute_router",
    "gcp:compute/routerNat:RouterNat": "compute_router_nat",
    "gcp:compute/subnetwork:Subnetwork": "compute_subnetwork",
    "gcp:container/cluster:Cluster": "container_cluster",
    "gcp:container/nodePool:NodePool": "container_node_pool",
    "gcp:kms/cryptoKey:CryptoKey": "kms_crypto_key",
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "kms_crypto_key_iam_member",
    "gcp:kms/keyRing:KeyRing": "kms_key_ring",
    "gcp:projects/iAMMember:IAMMember": "project_iam_member",
    "gcp:projects/service:Service": "project_service",
    "gcp:serviceaccount/account:Account": "service_account",
    "gcp:serviceaccount/iAMMember:IAMMember": "service_account_iam_member",
}


def main(schemas: Path) -> None:
    """Writes table.json next to this file."""
    folder = Path(__file__).parent
    schema, extra = json.loads(schemas.read_text()), load_additions(folder)
    types = {
        token: make_rows(SDK, token, schema[f"google_{name}"], extra.get(token, {}), {})
        for token, name in TYPES.items()
    }
    write_table(folder, SOURCE, SDK, types)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
