"""Compute Engine's machines, and which of them an intent becomes."""

from collections.abc import Mapping
from pathlib import Path

from anykube._clusters.machines import Catalogue, MachineType

MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    service="Compute Engine",
    families={
        # What every zone has comes first. Machines with shared cores are asked for by name.
        "amd64": ("n2", "n2d", "e2", "n4", "c3"),
        "arm64": ("c4a", "t2a"),
        "gpu": ("g2", "a2"),
    },
    family_of=lambda name: name.partition("-")[0],
    gpu_hint="GPUs are available with amd64, 1, 2, 4 or 8 of them",
)

resolve = MACHINES.resolve

DISK_GIB = 100
"""Of a node's disk, where the page says nothing."""

HYPERDISK = frozenset({"c4", "c4a", "n4"})
"""Families that boot from Hyperdisk alone: https://cloud.google.com/compute/docs/disks/hyperdisks"""

ACCELERATORS: Mapping[str, str] = {
    # https://cloud.google.com/compute/docs/gpus
    "g2": "nvidia-l4",
    "a2": "nvidia-tesla-a100",
    "a3": "nvidia-h100-80gb",
}
"""By family, what GKE calls its GPUs."""


def disk_type(machine: MachineType) -> str:
    """pd-balanced, but for machines that boot from Hyperdisk alone."""
    return "hyperdisk-balanced" if MACHINES.family_of(machine.name) in HYPERDISK else "pd-balanced"
