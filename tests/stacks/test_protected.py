"""Every stack of production on a cloud is protected, as its page comes to it."""

import pytest
from anykube._clusters.managed import ManagedCluster
from anykube.settings.loader import load
from anykube.settings.pages import ENVIRONMENTS

_PAGES = {file.stem: load(file.stem) for file in sorted(ENVIRONMENTS.glob("*.yaml"))}
_CLUSTERS = {
    stack: page.cluster
    for stack, page in _PAGES.items()
    if page.policies.profile == "production" and isinstance(page.cluster, ManagedCluster)
}


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_production_is_protected(cloud: str) -> None:
    there = {stack: cluster for stack, cluster in _CLUSTERS.items() if cluster.cloud == cloud}
    assert {f"{cloud}-prod", f"{cloud}-staging"} <= there.keys()
    assert [stack for stack, cluster in there.items() if not cluster.protect] == []
