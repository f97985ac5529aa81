"""A project that refuses the first uses of a new API or role. Components must retry exactly these errors."""

from typing import Any

import pytest
from anykube._clusters.gke.project import RETRYABLE_ERRORS
from anykube._clusters.propagation import is_retryable
from anykube_rehearsal.gcp.account.model import Faults


def _create_network(project: Any) -> Any:
    return project.create("network", "gcp:compute/network:Network", autoCreateSubnetworks=False, name="shop")


def test_refuses_the_first_uses_of_a_new_api(project: Any) -> None:
    project.account.faults = Faults(propagation=2)
    project.enable("compute")
    for _ in range(2):
        with pytest.raises(Exception, match="SERVICE_DISABLED") as refusal:
            _create_network(project)
        assert is_retryable([str(refusal.value)], RETRYABLE_ERRORS)
    _create_network(project)


def test_refuses_the_first_uses_of_a_key_by_the_service_agent(stack: Any) -> None:
    encryption = {"state": "ENCRYPTED", "keyName": stack.key()}
    stack.account.faults = Faults(propagation=1)
    refusal = stack.refusal(databaseEncryption=encryption)
    assert "'cloudkms.cryptoKeyVersions.useToEncrypt' denied" in refusal
    assert is_retryable([refusal], RETRYABLE_ERRORS)
    stack.cluster(databaseEncryption=encryption)


def test_a_role_that_nobody_granted_is_not_retried(stack: Any) -> None:
    refusal = stack.refusal(databaseEncryption={"state": "ENCRYPTED", "keyName": stack.key(grant=False)})
    assert not is_retryable([refusal], RETRYABLE_ERRORS)
