"""The catalogue of Compute Engine machine types, with their disks and GPUs."""

from collections.abc import Mapping
from pathlib import Path

from anykube._clusters.machines import Catalogue, MachineType

MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    service="Compute Engine",
    families={
        # Families available in every zone come first. Shared-core types are used only by name, with `machine.type`.
        "amd64": ("n2", "n2d", "e2", "n4", "c3"),
        "arm64": ("c4a", "t2a"),
        "gpu": ("g2", "a2"),
    },
    family_of=lambda name: name.partition("-")[0],
    gpu_hint="GPUs are available with amd64, 1, 2, 4 or 8 per machine",
)

resolve = MACHINES.resolve

DISK_GIB = 100
"""Default size of a node's disk."""

HYPERDISK = frozenset({"c4", "c4a", "n4"})
"""Families that boot only from Hyperdisk: https://cloud.google.com/compute/docs/disks/hyperdisks"""

ACCELERATORS: Mapping[str, str] = {
    # https://cloud.google.com/compute/docs/gpus
    "g2": "nvidia-l4",
    "a2": "nvidia-tesla-a100",
    "a3": "nvidia-h100-80gb",
}
"""GKE accelerator type, by machine family."""


def disk_type(machine: MachineType) -> str:
    """The default disk type: pd-balanced, or hyperdisk-balanced for machines that boot only from Hyperdisk."""
    return "hyperdisk-balanced" if MACHINES.family_of(machine.name) in HYPERDISK else "pd-balanced"
