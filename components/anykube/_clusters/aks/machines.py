"""The catalogue of Azure VM sizes."""

import re
from pathlib import Path

from anykube._clusters.machines import Catalogue


def vm_series(name: str) -> str:
    """The series of a VM size: Dsv5 for `Standard_D4s_v5`, NCasT4v3 for `Standard_NC4as_T4_v3`."""
    return re.sub(r"(?<=[A-Z])\d+", "", name.removeprefix("Standard_"), count=1).replace("_", "")


MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    service="Azure",
    families={
        # Burstable sizes, and sizes with a local disk, are used only by name, with `machine.type`.
        "amd64": ("Dsv5", "Dasv5", "Esv5", "Easv5", "Fsv2", "Dsv6", "Dasv6", "Esv6", "Easv6", "Falsv6", "Famsv6"),
        "arm64": ("Dpsv6", "Dplsv6", "Epsv6", "Dpsv5", "Dplsv5", "Epsv5"),
        "gpu": ("NCasT4v3", "NCadsA100v4", "NCadsH100v5", "NCadisH100v5", "NDasrv4", "NDisrH100v5"),
    },
    family_of=vm_series,
    gpu_hint="GPUs are available with amd64, 1, 2, 4 or 8 per machine",
)

resolve = MACHINES.resolve
