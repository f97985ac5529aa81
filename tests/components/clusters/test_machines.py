"""One resolver, three catalogues."""

import pytest
from anykube._clusters.cloud import Cloud
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.machines import NoMachineError
from anykube._clusters.pools import initial_nodes_per_zone, spread
from anykube._clusters.spec import Machine

ALL = pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)


@pytest.mark.parametrize(
    ("cloud", "machine", "name"),
    [
        ("gcp", Machine(cpu=2, memory="8Gi"), "n2-standard-2"),
        ("gcp", Machine(cpu=4, memory="16Gi"), "n2-standard-4"),
        ("gcp", Machine(cpu=2, memory="8Gi", arch="arm64"), "c4a-standard-2"),
        ("gcp", Machine(cpu=4, memory="16Gi", gpu=1), "g2-standard-4"),
        ("gcp", Machine(type="e2-medium"), "e2-medium"),
        ("azure", Machine(cpu=2, memory="8Gi"), "Standard_D2s_v5"),
        ("azure", Machine(cpu=2, memory="8Gi", arch="arm64"), "Standard_D2ps_v6"),
        ("azure", Machine(cpu=4, memory="16Gi", gpu=1), "Standard_NC4as_T4_v3"),
    ],
)
def test_an_intent_is_one_machine_and_stays_it(cloud: str, machine: Machine, name: str) -> None:
    """A newer catalogue that changes one of these would exchange nodes of those who asked for it."""
    assert [found.name for found in CLOUDS[cloud].catalogue.resolve(machine)] == [name]


@ALL
@pytest.mark.parametrize("arch", ["amd64", "arm64"])
@pytest.mark.parametrize(("cpu", "memory"), [(2, "8Gi"), (3, "9Gi"), (16, "100Gi")])
def test_every_cloud_has_what_is_usual(cloud: Cloud, arch: str, cpu: int, memory: str) -> None:
    [found] = cloud.catalogue.resolve(Machine.model_validate({"cpu": cpu, "memory": memory, "arch": arch}))
    assert found.cpu >= cpu
    assert found.memory >= int(memory.removesuffix("Gi")) * 1024
    assert (found.arch, found.gpu) == (arch, 0)


@ALL
def test_what_is_not_to_be_had_is_said_with_what_is(cloud: Cloud) -> None:
    with pytest.raises(NoMachineError, match="the largest is"):
        cloud.catalogue.resolve(Machine(cpu=512))
    with pytest.raises(NoMachineError, match="GPUs are available with amd64"):
        cloud.catalogue.resolve(Machine(gpu=1, arch="arm64"))
    with pytest.raises(NoMachineError, match=f"{cloud.catalogue.service} machine type x is not in the catalogue"):
        cloud.catalogue.resolve(Machine(type="x"))


@ALL
def test_the_preferred_families_are_in_the_catalogue(cloud: Cloud) -> None:
    known = {(cloud.catalogue.family_of(name), of.arch, of.gpu > 0) for name, of in cloud.catalogue.types.items()}
    for kind, families in cloud.catalogue.families.items():
        assert (families[0], "amd64" if kind == "gpu" else kind, kind == "gpu") in known


@pytest.mark.parametrize(
    ("count", "shared"),
    [(0, ("abc", 0)), (1, ("a", 1)), (2, ("ab", 1)), (3, ("abc", 1)), (6, ("abc", 2)), (4, None), (5, None)],
)
def test_a_fixed_number_is_shared_out_or_refused(count: int, shared: tuple[str, int] | None) -> None:
    assert spread(count, "abc") == shared


@pytest.mark.parametrize(("count", "most", "each"), [(0, 3, 0), (1, 3, 1), (2, 4, 1), (1, 2, 0), (4, 9, 2), (4, 5, 1)])
def test_a_pool_begins_within_its_bounds(count: int, most: int, each: int) -> None:
    assert initial_nodes_per_zone(count, most, 3) == each
