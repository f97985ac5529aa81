"""Resolves CPUs and memory to a machine type, offline from a catalogue: the same settings always get the same type.

Each cloud has a catalogue: a file that names its source and date. A newer catalogue may add machine types, but the
order of preferred families keeps earlier results, unless you change that order on purpose.
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
    """A machine type of a cloud."""

    name: str
    cpu: int
    """Number of virtual CPUs."""
    memory: int
    """In MiB."""
    arch: str
    """amd64 or arm64."""
    gpu: int
    """Number of GPUs."""
    pods: int = 110
    """Maximum number of pods. On EC2, network interfaces limit it (without prefix delegation)."""


class NoMachineError(ValueError):
    """No machine type in the catalogue fits. The message is the problem, "; " and the remedy."""


@dataclass(frozen=True)
class Catalogue:
    """The machine types of a cloud, and which of them to prefer."""

    file: Path
    """JSON file. `types` maps each name to the other fields of its `MachineType`."""
    service: str
    """The service that offers the machine types, for messages: EC2."""
    families: Mapping[str, Sequence[str]]
    """Machine families to choose from, the preferred first: for `amd64`, `arm64`, and machines with GPUs, `gpu`."""
    family_of: Callable[[str], str]
    """Returns the family of a machine type, by name."""
    gpu_hint: str
    """Which GPUs are available, for messages: "GPUs are available with amd64"."""
    spot_choices: int = 1
    """Maximum number of machine types of the same size for a spot pool. More choices make capacity more likely."""

    @cached_property
    def types(self) -> Mapping[str, MachineType]:
        """All machine types, by name."""
        content = json.loads(self.file.read_text(encoding="utf-8"))
        return {name: MachineType(name, *columns) for name, columns in content["types"].items()}

    def resolve(self, machine: Machine, *, spot: bool = False) -> tuple[MachineType, ...]:
        """The machine type for a pool; for spot, followed by alternatives of the same size.

        Raises NoMachineError if none fits.
        """
        if machine.type:
            return (self._named(machine.type),)
        fitting = self._fitting(machine)
        best = fitting[0]
        same_size = [type_ for type_ in fitting if (type_.cpu, type_.memory) == (best.cpu, best.memory)]
        return tuple(same_size[: self.spot_choices]) if spot else (best,)

    def _named(self, name: str) -> MachineType:
        type_ = self.types.get(name)
        if type_ is None:
            similar = get_close_matches(name, self.types, n=3)
            hint = f"did you mean {' or '.join(similar)}?" if similar else "set cpu, memory and arch instead"
            raise NoMachineError(f"{self.service} machine type {name} is not in the catalogue; {hint}")
        return type_

    def _fitting(self, machine: Machine) -> Sequence[MachineType]:
        families = self.families["gpu" if machine.gpu else machine.arch]
        candidates = [
            type_
            for type_ in self.types.values()
            if self.family_of(type_.name) in families and type_.arch == machine.arch and type_.gpu == machine.gpu
        ]
        memory = int(amount(machine.memory) / 1024**2)
        fitting = [type_ for type_ in candidates if type_.cpu >= machine.cpu and type_.memory >= memory]
        if not fitting:
            gpus = f", {machine.gpu} GPU" if machine.gpu else ""
            size = f"{machine.cpu} CPU, {machine.memory}, {machine.arch}{gpus}"
            largest = max(candidates, key=lambda type_: (type_.cpu, type_.memory), default=None)
            remedy = f"the largest is {largest.name}" if largest else self.gpu_hint
            raise NoMachineError(f"no machine type in the catalogue has {size}; {remedy}")
        return sorted(
            fitting, key=lambda type_: (type_.cpu, type_.memory, families.index(self.family_of(type_.name)), type_.name)
        )
