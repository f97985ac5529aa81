"""The parts of azure-mgmt's models that the rules read, some of which are private."""

from anykube_rehearsal.azure.account.rules.models import _fields


def test_reads_wire_names_visibility_nested_models_and_enumerations() -> None:
    fields = _fields("containerservice", "ManagedCluster")
    assert fields["id"] == (True, "", [])
    assert fields["provisioningState"][0]
    assert fields["networkProfile"] == (False, "ContainerServiceNetworkProfile", [])
    profile = _fields("containerservice", "ContainerServiceNetworkProfile")
    assert "azure" in profile["networkPlugin"][2]
