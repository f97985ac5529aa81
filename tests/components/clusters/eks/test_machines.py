import pytest
from anykube._clusters.eks.machines import MACHINES, resolve
from anykube._clusters.machines import NoMachineError
from anykube._clusters.spec import Machine
from anykube._names import amount
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (Machine(cpu=2, memory="8Gi"), "m7i.large"),
        (Machine(cpu=4, memory="8Gi"), "c7i.xlarge"),
        (Machine(cpu=2, memory="8Gi", arch="arm64"), "m7g.large"),
        (Machine(cpu=3, memory="9Gi"), "m7i.xlarge"),
        (Machine(cpu=4, memory="16Gi", gpu=1), "g6.xlarge"),
        (Machine(type="t3.medium"), "t3.medium"),
    ],
)
def test_resolves_to_the_same_machine_type(machine: Machine, name: str) -> None:
    """If a newer catalogue changes a result, it replaces nodes of existing clusters."""
    assert [type_.name for type_ in resolve(machine)] == [name]


@given(
    st.builds(
        Machine,
        cpu=st.integers(1, 96),
        memory=st.integers(1, 384).map(lambda size: f"{size}Gi"),
        arch=st.sampled_from(["amd64", "arm64"]),
    )
)
def test_machine_type_is_never_too_small(machine: Machine) -> None:
    try:
        types = resolve(machine, spot=True)
    except NoMachineError:
        return
    for type_ in types:
        assert type_.cpu >= machine.cpu
        assert type_.memory * 1024**2 >= amount(machine.memory)
        assert type_.arch == machine.arch
        assert type_.gpu == 0
    assert len({(type_.cpu, type_.memory) for type_ in types}) == 1


def test_spot_has_alternatives() -> None:
    assert len(resolve(Machine(cpu=2, memory="8Gi"), spot=True)) > 1
    assert len(resolve(Machine(cpu=2, memory="8Gi"))) == 1


@pytest.mark.parametrize(
    ("machine", "message"),
    [
        (Machine(type="m7g.lage"), r"m7g\.lage.*did you mean m7g\.large"),
        (Machine(type="?"), "set cpu, memory and arch"),
        (Machine(cpu=512), "the largest is"),
        (Machine(gpu=1, arch="arm64"), "GPUs are available with amd64"),
    ],
)
def test_unavailable_machine_suggests_alternatives(machine: Machine, message: str) -> None:
    with pytest.raises(NoMachineError, match=message):
        resolve(machine)


def test_catalogue_is_complete() -> None:
    assert len(MACHINES.types) > 1000
    assert {machine.arch for machine in MACHINES.types.values()} == {"amd64", "arm64"}
    assert MACHINES.types["m7g.large"].pods == 29
