import pytest
from anykube._clusters.aks.machines import MACHINES, resolve, vm_series
from anykube._clusters.machines import NoMachineError
from anykube._clusters.spec import Machine


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (Machine(cpu=2, memory="8Gi"), "Standard_D2s_v5"),
        (Machine(cpu=2, memory="4Gi"), "Standard_F2s_v2"),
        (Machine(cpu=2, memory="8Gi", arch="arm64"), "Standard_D2ps_v6"),
        (Machine(cpu=3, memory="9Gi"), "Standard_D4s_v5"),
        (Machine(cpu=4, memory="16Gi", gpu=1), "Standard_NC4as_T4_v3"),
        (Machine(cpu=2, memory="300Gi", gpu=2), "Standard_NC48ads_A100_v4"),
        (Machine(type="Standard_B2s_v2"), "Standard_B2s_v2"),
    ],
)
def test_resolves_to_the_same_machine_type(machine: Machine, name: str) -> None:
    """If a newer catalogue changes a result, it replaces nodes of existing clusters."""
    assert [type_.name for type_ in resolve(machine)] == [name]


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("Standard_D4s_v5", "Dsv5"),
        ("Standard_E104is_v5", "Eisv5"),
        ("Standard_NC4as_T4_v3", "NCasT4v3"),
        ("Standard_NC24ads_A100_v4", "NCadsA100v4"),
    ],
)
def test_vm_series(name: str, series: str) -> None:
    assert vm_series(name) == series


def test_preferred_series_are_in_the_catalogue() -> None:
    series = {vm_series(name) for name in MACHINES.types}
    assert {family for families in MACHINES.families.values() for family in families} <= series


@pytest.mark.parametrize(
    ("machine", "message"),
    [
        (Machine(type="Standard_D4s_v55"), r"did you mean Standard_D4s_v5"),
        (Machine(cpu=512), "the largest is"),
        (Machine(gpu=1, arch="arm64"), "GPUs are available with amd64"),
    ],
)
def test_unavailable_machine_suggests_alternatives(machine: Machine, message: str) -> None:
    with pytest.raises(NoMachineError, match=message):
        resolve(machine)
