"""A catalogue of machine types by family, as documented in November 2026.

https://cloud.google.com/compute/docs/general-purpose-machines, .../compute-optimized-machines and
.../accelerator-optimized-machines.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_GIB = 1024
_USUAL = {"standard": 4 * _GIB, "highmem": 8 * _GIB, "highcpu": _GIB}
_DOUBLE = {**_USUAL, "highcpu": 2 * _GIB}


@dataclass(frozen=True)
class Machine:
    """A machine type."""

    name: str
    cpu: int
    memory_mib: int
    arch: str = "amd64"
    gpu: int = 0
    """The number of NVIDIA GPUs that it includes."""
    accelerator: str = ""
    """The type of its GPUs, as in GKE's node label `cloud.google.com/gke-accelerator`."""

    @property
    def family(self) -> str:
        """The machine family, such as e2."""
        return self.name.partition("-")[0]


@dataclass(frozen=True)
class _Family:
    memory: Mapping[str, int]
    """MiB per vCPU, by `standard`, `highmem` or `highcpu`."""
    sizes: Sequence[int]
    arch: str = "amd64"


_FAMILIES: Mapping[str, _Family] = {
    "e2": _Family(_USUAL, (2, 4, 8, 16, 32)),
    "n1": _Family({"standard": 3840, "highmem": 6656, "highcpu": 922}, (1, 2, 4, 8, 16, 32, 64, 96)),
    "n2": _Family(_USUAL, (2, 4, 8, 16, 32, 48, 64, 80, 96, 128)),
    "n2d": _Family(_USUAL, (2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224)),
    "n4": _Family(_DOUBLE, (2, 4, 8, 16, 32, 48, 64, 80)),
    "c2": _Family({"standard": 4 * _GIB}, (4, 8, 16, 30, 60)),
    "c2d": _Family(_DOUBLE, (2, 4, 8, 16, 32, 56, 112)),
    "c3": _Family(_DOUBLE, (4, 8, 22, 44, 88, 176)),
    "c3d": _Family(_DOUBLE, (4, 8, 16, 30, 60, 90, 180, 360)),
    "c4": _Family({"standard": 3840, "highmem": 7936, "highcpu": 2 * _GIB}, (2, 4, 8, 16, 24, 32, 48, 96, 144, 192)),
    "c4a": _Family(_DOUBLE, (1, 2, 4, 8, 16, 32, 48, 64, 72), "arm64"),
    "n4a": _Family(_DOUBLE, (1, 2, 4, 8, 16, 32, 48, 64), "arm64"),
    "c4d": _Family({"standard": 3968, "highmem": 8064, "highcpu": 1920}, (2, 4, 8, 16, 32, 48, 64, 96, 192, 384)),
    "t2d": _Family({"standard": 4 * _GIB}, (1, 2, 4, 8, 16, 32, 48, 60)),
    "t2a": _Family({"standard": 4 * _GIB}, (1, 2, 4, 8, 16, 32, 48), "arm64"),
}
_SHARED = {"e2-micro": 1 * _GIB, "e2-small": 2 * _GIB, "e2-medium": 4 * _GIB}
_L4, _A100, _A100_80, _H100 = "nvidia-l4", "nvidia-tesla-a100", "nvidia-a100-80gb", "nvidia-h100-80gb"
_ACCELERATED = {
    **{
        f"g2-standard-{cpu}": Machine(f"g2-standard-{cpu}", cpu, cpu * 4 * _GIB, gpu=gpu, accelerator=_L4)
        for cpu, gpu in {4: 1, 8: 1, 12: 1, 16: 1, 24: 2, 32: 1, 48: 4, 96: 8}.items()
    },
    **{
        f"a2-highgpu-{gpu}g": Machine(f"a2-highgpu-{gpu}g", 12 * gpu, 85 * gpu * _GIB, gpu=gpu, accelerator=_A100)
        for gpu in (1, 2, 4, 8)
    },
    "a2-megagpu-16g": Machine("a2-megagpu-16g", 96, 1360 * _GIB, gpu=16, accelerator=_A100),
    **{
        f"a2-ultragpu-{gpu}g": Machine(f"a2-ultragpu-{gpu}g", 12 * gpu, 170 * gpu * _GIB, gpu=gpu, accelerator=_A100_80)
        for gpu in (1, 2, 4, 8)
    },
    **{
        f"a3-highgpu-{gpu}g": Machine(f"a3-highgpu-{gpu}g", 26 * gpu, 234 * gpu * _GIB, gpu=gpu, accelerator=_H100)
        for gpu in (1, 2, 4, 8)
    },
}


def find_machine(name: str) -> Machine | None:
    """The machine type with this name; None if it does not exist."""
    if name in _ACCELERATED:
        return _ACCELERATED[name]
    if name in _SHARED:
        return Machine(name, 2, _SHARED[name])
    parts = re.fullmatch(r"([a-z0-9]+)-(standard|highmem|highcpu)-(\d+)", name)
    family = _FAMILIES.get(parts[1]) if parts else None
    if parts is None or family is None or parts[2] not in family.memory or int(parts[3]) not in family.sizes:
        return None
    cpu = int(parts[3])
    return Machine(name, cpu, cpu * family.memory[parts[2]], family.arch)
