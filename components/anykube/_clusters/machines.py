"""Machines by intent, resolved offline from a catalogue, so that the same page gives the same machines for ever.

Each cloud has a catalogue of its own, a file that names its source and date. A newer one may know more machines, but
for an intent that was resolved already the order of its families keeps the answer, unless that is changed on purpose.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from anykube._clusters.spec import Machine
from anykube._names import amount


@dataclass(frozen=True)
class MachineType:
    """A machine that a cloud has."""

    name: str
    cpu: int
    memory: int
    """In MiB."""
    arch: str
    gpu: int
    pods: int = 110
    """How many pods it can have; on EC2 by the addresses that its interfaces hold, without prefix delegation."""


class NoMachineError(ValueError):
    """No machine in the catalogue is what was asked for; the text says what is."""


@dataclass(frozen=True)
class Catalogue:
    """The machines of a cloud, and which of them an intent becomes."""

    file: Path
    """JSON: `types` has by name the columns of a MachineType."""
    whose: str
    """Who has them, as a sentence begins: EC2."""
    families: Mapping[str, Sequence[str]]
    """By architecture, and `gpu`: families that an intent may become, the preferred first."""
    family: Callable[[str], str]
    """From a machine's name to its family's."""
    gpus: str
    """What GPUs are to be had, as a sentence ends."""
    spot_choices: int = 1
    """How many machines of one size a spot pool may name, so that one is to be had."""

    @cached_property
    def types(self) -> Mapping[str, MachineType]:
        """All machines, by name."""
        content = json.loads(self.file.read_text(encoding="utf-8"))
        return {name: MachineType(name, *columns) for name, columns in content["types"].items()}

    def resolve(self, machine: Machine, *, spot: bool = False) -> tuple[MachineType, ...]:
        """The machines for a pool, the wanted one first; for spot also others of its size.

        Raises NoMachineError.
        """
        if machine.type:
            return (self._named(machine.type),)
        fitting = self._fitting(machine)
        best = fitting[0]
        alike = [found for found in fitting if (found.cpu, found.memory) == (best.cpu, best.memory)]
        return tuple(alike[: self.spot_choices]) if spot else (best,)

    def _named(self, name: str) -> MachineType:
        found = self.types.get(name)
        if found is None:
            near = get_close_matches(name, self.types, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "give cpu, memory and arch instead"
            raise NoMachineError(f"{self.whose} has no machine {name} in the catalogue; {hint}")
        return found

    def _fitting(self, machine: Machine) -> Sequence[MachineType]:
        families = self.families["gpu" if machine.gpu else machine.arch]
        of_kind = [
            found
            for found in self.types.values()
            if self.family(found.name) in families and found.arch == machine.arch and found.gpu == machine.gpu
        ]
        memory = int(amount(machine.memory) / 1024**2)
        fitting = [found for found in of_kind if found.cpu >= machine.cpu and found.memory >= memory]
        if not fitting:
            gpus = f", {machine.gpu} GPU" if machine.gpu else ""
            wanted = f"{machine.cpu} CPU, {machine.memory}, {machine.arch}{gpus}"
            largest = max(of_kind, key=lambda found: (found.cpu, found.memory), default=None)
            remedy = f"the largest is {largest.name}" if largest else self.gpus
            raise NoMachineError(f"no machine in the catalogue has {wanted}; {remedy}")
        return sorted(
            fitting, key=lambda found: (found.cpu, found.memory, families.index(self.family(found.name)), found.name)
        )
