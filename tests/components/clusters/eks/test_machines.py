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
def test_an_intent_is_one_machine_and_stays_it(machine: Machine, name: str) -> None:
    """A newer catalogue that changes one of these would exchange nodes of those who asked for it."""
    assert [found.name for found in resolve(machine)] == [name]


@given(
    st.builds(
        Machine,
        cpu=st.integers(1, 96),
        memory=st.integers(1, 384).map(lambda size: f"{size}Gi"),
        arch=st.sampled_from(["amd64", "arm64"]),
    )
)
def test_it_is_never_less_than_was_asked_for(machine: Machine) -> None:
    try:
        found = resolve(machine, spot=True)
    except NoMachineError:
        return
    for one in found:
        assert one.cpu >= machine.cpu
        assert one.memory * 1024**2 >= amount(machine.memory)
        assert one.arch == machine.arch
        assert one.gpu == 0
    assert len({(one.cpu, one.memory) for one in found}) == 1


def test_spot_has_a_choice() -> None:
    assert len(resolve(Machine(cpu=2, memory="8Gi"), spot=True)) > 1
    assert len(resolve(Machine(cpu=2, memory="8Gi"))) == 1


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (Machine(type="m7g.lage"), r"m7g\.lage.*did you mean m7g\.large"),
        (Machine(type="?"), "cpu, memory and arch"),
        (Machine(cpu=512), "the largest is"),
        (Machine(gpu=1, arch="arm64"), "GPUs are available with amd64"),
    ],
)
def test_what_is_not_to_be_had_is_said_with_what_is(machine: Machine, said: str) -> None:
    with pytest.raises(NoMachineError, match=said):
        resolve(machine)


def test_the_catalogue_is_whole() -> None:
    assert len(MACHINES.types) > 1000
    assert {machine.arch for machine in MACHINES.types.values()} == {"amd64", "arm64"}
    assert MACHINES.types["m7g.large"].pods == 29
