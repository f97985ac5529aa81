"""Pulumi resource types in GKE stacks, and which of them runs guard."""

from anykube._clouds.definition import ResourceTypes

RESOURCE_TYPES = ResourceTypes(
    guarded={
        "cluster": ("gcp:container/cluster:Cluster",),
        "pool": ("gcp:container/nodePool:NodePool",),
        "network": (
            "gcp:compute/address:Address",
            "gcp:compute/globalAddress:GlobalAddress",
            "gcp:compute/network:Network",
            "gcp:compute/router:Router",
            "gcp:compute/routerNat:RouterNat",
            "gcp:compute/subnetwork:Subnetwork",
        ),
        "key": (
            "gcp:kms/cryptoKey:CryptoKey",
            "gcp:kms/keyRing:KeyRing",
        ),
        "identity": ("gcp:serviceaccount/account:Account",),
    },
    unguarded=(
        "gcp:compute/firewall:Firewall",
        "gcp:compute/managedSslCertificate:ManagedSslCertificate",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:projects/service:Service",
        "gcp:serviceaccount/iAMMember:IAMMember",
    ),
)
