"""A subscription in which new roles take effect late. Components must retry exactly these errors."""

import pytest
from anykube._clusters.aks.resource_scope import RETRYABLE_ERRORS
from anykube._clusters.propagation import is_retryable
from anykube_rehearsal.azure.account.faults import Faults
from anykube_rehearsal.azure.plugin.facts import CLUSTER
from anykube_rehearsal.cloud.account.model import Record, RefusedError

from tests.rehearsal.azure.account.conftest import Subscription


def test_refuses_the_first_uses_of_a_role(subscription: Subscription, cluster: Record) -> None:
    subscription.account.delete(CLUSTER, cluster.id)
    subscription.account.faults = Faults(propagation=2)
    for _ in range(2):
        with pytest.raises(RefusedError, match="CustomKubeletIdentityMissingPermissionError") as refusal:
            subscription.account.create(CLUSTER, cluster.inputs, "test")
        assert is_retryable([str(refusal.value)], RETRYABLE_ERRORS)
    subscription.account.create(CLUSTER, cluster.inputs, "test")
