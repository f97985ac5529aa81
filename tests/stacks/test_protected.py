"""All clusters of production stacks on a cloud are protected."""

import pytest
from anykube._clusters.managed import ManagedCluster
from anykube.settings.files import ENVIRONMENTS
from anykube.settings.loader import load

_SETTINGS = {file.stem: load(file.stem) for file in sorted(ENVIRONMENTS.glob("*.yaml"))}
_CLUSTERS = {
    stack: settings.cluster
    for stack, settings in _SETTINGS.items()
    if settings.policies.profile == "production" and isinstance(settings.cluster, ManagedCluster)
}


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_production_is_protected(cloud: str) -> None:
    clusters = {stack: cluster for stack, cluster in _CLUSTERS.items() if cluster.cloud == cloud}
    assert {f"{cloud}-prod", f"{cloud}-staging"} <= clusters.keys()
    assert [stack for stack, cluster in clusters.items() if not cluster.protect] == []
