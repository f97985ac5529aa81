"""Machine types of all clouds."""

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
def test_resolves_to_the_same_machine_type(cloud: str, machine: Machine, name: str) -> None:
    """If a newer catalogue changes a result, it replaces nodes of existing clusters."""
    assert [type_.name for type_ in CLOUDS[cloud].catalogue.resolve(machine)] == [name]


@ALL
@pytest.mark.parametrize("arch", ["amd64", "arm64"])
@pytest.mark.parametrize(("cpu", "memory"), [(2, "8Gi"), (3, "9Gi"), (16, "100Gi")])
def test_every_cloud_has_common_sizes(cloud: Cloud, arch: str, cpu: int, memory: str) -> None:
    [type_] = cloud.catalogue.resolve(Machine.model_validate({"cpu": cpu, "memory": memory, "arch": arch}))
    assert type_.cpu >= cpu
    assert type_.memory >= int(memory.removesuffix("Gi")) * 1024
    assert (type_.arch, type_.gpu) == (arch, 0)


@ALL
def test_unavailable_machine_suggests_alternatives(cloud: Cloud) -> None:
    with pytest.raises(NoMachineError, match="the largest is"):
        cloud.catalogue.resolve(Machine(cpu=512))
    with pytest.raises(NoMachineError, match="GPUs are available with amd64"):
        cloud.catalogue.resolve(Machine(gpu=1, arch="arm64"))
    with pytest.raises(NoMachineError, match=f"{cloud.catalogue.service} machine type x is not in the catalogue"):
        cloud.catalogue.resolve(Machine(type="x"))


@ALL
def test_preferred_families_are_in_the_catalogue(cloud: Cloud) -> None:
    kinds = {
        (cloud.catalogue.family_of(name), type_.arch, type_.gpu > 0) for name, type_ in cloud.catalogue.types.items()
    }
    for kind, families in cloud.catalogue.families.items():
        assert (families[0], "amd64" if kind == "gpu" else kind, kind == "gpu") in kinds


@pytest.mark.parametrize(
    ("count", "placement"),
    [(0, ("abc", 0)), (1, ("a", 1)), (2, ("ab", 1)), (3, ("abc", 1)), (6, ("abc", 2)), (4, None), (5, None)],
)
def test_spread(count: int, placement: tuple[str, int] | None) -> None:
    assert spread(count, "abc") == placement


@pytest.mark.parametrize(
    ("count", "maximum", "per_zone"), [(0, 3, 0), (1, 3, 1), (2, 4, 1), (1, 2, 0), (4, 9, 2), (4, 5, 1)]
)
def test_initial_nodes_stay_within_the_maximum(count: int, maximum: int, per_zone: int) -> None:
    assert initial_nodes_per_zone(count, maximum, 3) == per_zone
