from typing import Any

import pytest
from anykube._clusters.aks.cluster import AksCluster

from tests.components.clusters.aks.azure import Make, Registered, mock_azure, spec_of
from tests.components.conftest import Engine


@pytest.fixture(scope="module")
def standard() -> Registered:
    """Resources of a cluster with only required fields. Created once, since azure-native's types take a second."""
    engine = Engine()
    mock_azure(engine)
    engine.run(lambda: AksCluster("prod", spec_of()))
    return engine.resources


@pytest.fixture
def make(engine: Engine) -> Make:
    mock_azure(engine)

    def make_cluster(*, aks: dict[str, Any] | None = None, **fields: Any) -> Registered:
        engine.run(lambda: AksCluster("prod", spec_of(aks=aks, **fields)))
        return engine.resources

    return make_cluster
