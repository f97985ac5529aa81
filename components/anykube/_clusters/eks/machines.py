"""The catalogue of EC2 machine types."""

from pathlib import Path

from anykube._clusters.machines import Catalogue

MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    service="EC2",
    families={
        # Burstable types are used only by name, with `machine.type`.
        "amd64": ("m7i", "c7i", "r7i", "m7a", "c7a", "r7a", "m6i", "c6i", "r6i", "m6a", "c6a", "r6a"),
        "arm64": ("m7g", "c7g", "r7g", "m6g", "c6g", "r6g"),
        "gpu": ("g6", "g5", "g6e", "g4dn"),
    },
    family_of=lambda name: name.partition(".")[0],
    gpu_hint="GPUs are available with amd64, 1, 4 or 8 per machine",
    spot_choices=5,
)

resolve = MACHINES.resolve
