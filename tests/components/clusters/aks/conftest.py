from typing import Any

import pytest
from anykube._clusters.aks.cluster import AksCluster

from tests.components.clusters.aks.azure import Make, Registered, spec_of, told
from tests.components.conftest import Engine


@pytest.fixture(scope="module")
def standard() -> Registered:
    """What a cluster with nothing but what has to be said registers; once, since azure-native's types take a second."""
    engine = Engine()
    told(engine)
    engine.run(lambda: AksCluster("prod", spec_of()))
    return engine.resources


@pytest.fixture
def make(engine: Engine) -> Make:
    told(engine)

    def made(*, aks: dict[str, Any] | None = None, **fields: Any) -> Registered:
        engine.run(lambda: AksCluster("prod", spec_of(aks=aks, **fields)))
        return engine.resources

    return made
