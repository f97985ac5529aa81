"""What is called production, or is to be as production is, is protected and guarded, as its page comes to it."""

import pytest

from components.clusters.managed import ManagedCluster
from stacks.settings import load


@pytest.mark.parametrize(
    "stack", [f"{cloud}-{which}" for cloud in ("aws", "azure", "gcp") for which in ("prod", "staging")]
)
def test_production_is_protected(stack: str) -> None:
    page = load(stack)
    assert isinstance(page.cluster, ManagedCluster)
    assert page.cluster.protect
    assert page.policies.profile == "production"
