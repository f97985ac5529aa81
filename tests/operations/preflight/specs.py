"""Cluster settings for tests, per cloud."""

from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._clusters.managed import ManagedCluster
from anykube.settings.loader import load


def gke(**fields: Any) -> GkeClusterSpec:
    """A cluster on Google Cloud with three different pools."""
    return GkeClusterSpec.model_validate(
        {
            "cloud": "gcp",
            "name": "shop",
            "region": "europe-west1",
            "zones": ["europe-west1-b", "europe-west1-c"],
            "pools": {
                "servers": {"min": 1, "max": 6},
                "arm": {"machine": {"arch": "arm64"}, "count": 2},
                "gpu": {"count": 1, "machine": {"cpu": 4, "memory": "16Gi", "gpu": 1}, "spot": True, "disk": 200},
            },
            **fields,
            "gke": {"project": "acme-shop", **fields.get("gke", {})},
        }
    )


def spec(cloud: str) -> ManagedCluster:
    """The cluster of the cloud's development stack."""
    cluster = load(f"{cloud}-dev").cluster
    assert isinstance(cluster, ManagedCluster)
    return cluster
