"""Azure's virtual machines, and which of them an intent becomes."""

import re
from pathlib import Path

from components.clusters.machines import Catalogue


def _family(name: str) -> str:
    """From Standard_D4ds_v5 to Dds_v5: the size is the number in it."""
    return re.sub(r"^Standard_([A-Z]+)\d+", r"\1", name)


MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    whose="Azure",
    families={
        # Burstable ones are asked for by name.
        "amd64": ("Ds_v5", "Es_v5"),
        "arm64": ("Dps_v5", "Eps_v5"),
        "gpu": ("NCas_T4_v3",),
    },
    family=_family,
    gpus="GPUs are to be had with amd64, 1 or 4 of them",
)

resolve = MACHINES.resolve
