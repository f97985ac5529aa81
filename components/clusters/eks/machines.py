"""Machines by intent, resolved offline from a catalogue, so that the same page gives the same machines for ever.

The catalogue is `machines.json`, which names its source and date. A newer one may know more machines, but for an intent
that was resolved already the order of families below keeps the answer, unless that order is changed on purpose.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from components.clusters.spec import Machine
from components.names import amount

_FAMILIES: Mapping[str, Sequence[str]] = {
    "amd64": ("m7i", "c7i", "r7i", "m7a", "c7a", "r7a", "m6i", "c6i", "r6i", "m6a", "c6a", "r6a"),
    "arm64": ("m7g", "c7g", "r7g", "m6g", "c6g", "r6g"),
    "gpu": ("g6", "g5", "g6e", "g4dn"),
}
"""Families that an intent may become, the preferred first. Burstable ones are asked for by name."""

_SPOT_CHOICES = 5


@dataclass(frozen=True)
class MachineType:
    """A machine that EC2 has."""

    name: str
    cpu: int
    memory: int
    """In MiB."""
    arch: str
    gpu: int
    pods: int
    """How many pods' addresses its interfaces can hold, without prefix delegation."""

    @property
    def family(self) -> str:
        """Such as m7g."""
        return self.name.partition(".")[0]


class NoMachineError(ValueError):
    """No machine in the catalogue is what was asked for; the text says what is."""


@cache
def catalogue() -> Mapping[str, MachineType]:
    """All machines, by name."""
    content = json.loads((Path(__file__).parent / "machines.json").read_text())
    return {name: MachineType(name, *columns) for name, columns in content["types"].items()}


def resolve(machine: Machine, *, spot: bool = False) -> tuple[MachineType, ...]:
    """The machines for a pool, the wanted one first; for spot also others of its size, so that one is to be had.

    Raises NoMachineError.
    """
    if machine.type:
        return (_named(machine.type),)
    fitting = _fitting(machine)
    best = fitting[0]
    alike = [found for found in fitting if (found.cpu, found.memory) == (best.cpu, best.memory)]
    return tuple(alike[:_SPOT_CHOICES]) if spot else (best,)


def _named(name: str) -> MachineType:
    found = catalogue().get(name)
    if found is None:
        near = get_close_matches(name, catalogue(), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "give cpu, memory and arch instead"
        raise NoMachineError(f"EC2 has no machine {name} in the catalogue; {hint}")
    return found


def _fitting(machine: Machine) -> Sequence[MachineType]:
    families = _FAMILIES["gpu" if machine.gpu else machine.arch]
    of_kind = [
        found
        for found in catalogue().values()
        if found.family in families and found.arch == machine.arch and found.gpu == machine.gpu
    ]
    memory = int(amount(machine.memory) / 1024**2)
    fitting = [found for found in of_kind if found.cpu >= machine.cpu and found.memory >= memory]
    if not fitting:
        gpus = f", {machine.gpu} GPU" if machine.gpu else ""
        wanted = f"{machine.cpu} CPU, {machine.memory}, {machine.arch}{gpus}"
        largest = max(of_kind, key=lambda found: (found.cpu, found.memory), default=None)
        remedy = f"the largest is {largest.name}" if largest else "GPUs are to be had with amd64, 1, 4 or 8 of them"
        raise NoMachineError(f"no machine in the catalogue has {wanted}; {remedy}")
    return sorted(fitting, key=lambda found: (found.cpu, found.memory, families.index(found.family)))
