"""What the judge by azure-mgmt's models reads of them, some of which is private."""

from anykube_rehearsal.azure.account.rules.models import _fields


def test_the_models_tell_names_what_is_read_only_inner_models_and_values() -> None:
    fields = _fields("containerservice", "ManagedCluster")
    assert fields["id"] == (True, "", [])
    assert fields["provisioningState"][0]
    assert fields["networkProfile"] == (False, "ContainerServiceNetworkProfile", [])
    profile = _fields("containerservice", "ContainerServiceNetworkProfile")
    assert "azure" in profile["networkPlugin"][2]
