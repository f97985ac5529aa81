"""VM sizes: their resources, zones and quota family.

A selection from https://learn.microsoft.com/en-us/azure/virtual-machines/sizes/overview, a row per series. All zones of
a region offer a series unless its row lists zones. Sizes that are not in the catalogue are not offered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anykube_rehearsal.azure.account.catalogue import regions


@dataclass(frozen=True)
class Series:
    """Sizes that differ only in their number of vCPUs."""

    quota: str
    """The quota family of its vCPUs."""
    memory: float
    """GiB per vCPU."""
    vcpus: Sequence[int]
    arch: str = "amd64"
    gpus: Mapping[int, int] | None = None
    """The number of GPUs by the number of vCPUs; None for sizes without GPUs."""
    temporary: float = 0.0
    """GiB of temporary disk per vCPU. Without a temporary disk, an ephemeral OS disk must fit into the cache."""
    zones: Sequence[str] | None = None
    """The zones that offer it; None for all zones of the region."""


@dataclass(frozen=True)
class Machine:
    """A VM size."""

    name: str
    quota: str
    vcpus: int
    memory: float
    """GiB."""
    arch: str
    gpus: int
    temporary: float
    zones: Sequence[str] | None


_D = (2, 4, 8, 16, 32, 48, 64, 96)
_SERIES: Mapping[str, Series] = {
    "Standard_D*s_v5": Series("standardDSv5Family", 4, _D),
    "Standard_D*ds_v5": Series("standardDDSv5Family", 4, _D, temporary=37.5),
    "Standard_D*as_v5": Series("standardDASv5Family", 4, _D),
    "Standard_D*ads_v5": Series("standardDADSv5Family", 4, _D, temporary=37.5),
    "Standard_D*ls_v5": Series("standardDLSv5Family", 2, _D),
    "Standard_D*lds_v5": Series("standardDLDSv5Family", 2, _D, temporary=37.5),
    "Standard_D*ps_v5": Series("standardDPSv5Family", 4, (2, 4, 8, 16, 32, 48, 64), arch="arm64"),
    "Standard_D*pds_v5": Series("standardDPDSv5Family", 4, (2, 4, 8, 16, 32, 48, 64), arch="arm64", temporary=37.5),
    "Standard_D*pls_v5": Series("standardDPLSv5Family", 2, (2, 4, 8, 16, 32, 48, 64), arch="arm64"),
    "Standard_D*plds_v5": Series("standardDPLDSv5Family", 2, (2, 4, 8, 16, 32, 48, 64), arch="arm64", temporary=37.5),
    "Standard_D*s_v6": Series("standardDsv6Family", 4, (*_D, 128)),
    "Standard_D*ds_v6": Series("standardDdsv6Family", 4, (*_D, 128), temporary=55),
    "Standard_D*as_v6": Series("standardDasv6Family", 4, _D),
    "Standard_D*ads_v6": Series("standardDadsv6Family", 4, _D, temporary=55),
    "Standard_D*ls_v6": Series("standardDlsv6Family", 2, (*_D, 128)),
    "Standard_D*lds_v6": Series("standardDldsv6Family", 2, (*_D, 128), temporary=55),
    "Standard_D*als_v6": Series("standardDalsv6Family", 2, _D),
    "Standard_D*alds_v6": Series("standardDaldsv6Family", 2, _D, temporary=55),
    "Standard_D*ps_v6": Series("standardDpsv6Family", 4, _D, arch="arm64"),
    "Standard_D*pds_v6": Series("standardDpdsv6Family", 4, _D, arch="arm64", temporary=55),
    "Standard_D*pls_v6": Series("standardDplsv6Family", 2, _D, arch="arm64"),
    "Standard_D*plds_v6": Series("standardDpldsv6Family", 2, _D, arch="arm64", temporary=55),
    "Standard_E*s_v5": Series("standardESv5Family", 8, (2, 4, 8, 16, 20, 32, 48, 64)),
    "Standard_E*ds_v5": Series("standardEDSv5Family", 8, (2, 4, 8, 16, 20, 32, 48, 64), temporary=37.5),
    "Standard_E*as_v5": Series("standardEASv5Family", 8, (2, 4, 8, 16, 20, 32, 48, 64, 96)),
    "Standard_E*ps_v5": Series("standardEPSv5Family", 8, (2, 4, 8, 16, 20, 32), arch="arm64"),
    "Standard_E*pds_v5": Series("standardEPDSv5Family", 8, (2, 4, 8, 16, 20, 32), arch="arm64", temporary=37.5),
    "Standard_E*s_v6": Series("standardEsv6Family", 8, (2, 4, 8, 16, 20, 32, 48, 64, 96, 128)),
    "Standard_E*ds_v6": Series("standardEdsv6Family", 8, (2, 4, 8, 16, 20, 32, 48, 64, 96, 128), temporary=55),
    "Standard_E*as_v6": Series("standardEasv6Family", 8, (2, 4, 8, 16, 20, 32, 48, 64, 96)),
    "Standard_E*ads_v6": Series("standardEadsv6Family", 8, (2, 4, 8, 16, 20, 32, 48, 64, 96), temporary=55),
    "Standard_E*ps_v6": Series("standardEpsv6Family", 8, (2, 4, 8, 16, 32, 48, 64, 96), arch="arm64"),
    "Standard_E*pds_v6": Series("standardEpdsv6Family", 8, (2, 4, 8, 16, 32, 48, 64, 96), arch="arm64", temporary=55),
    "Standard_F*s_v2": Series("standardFSv2Family", 2, (2, 4, 8, 16, 32, 48, 64, 72), temporary=8),
    "Standard_F*as_v6": Series("standardFasv6Family", 4, (2, 4, 8, 16, 32, 48, 64)),
    "Standard_F*als_v6": Series("standardFalsv6Family", 2, (2, 4, 8, 16, 32, 48, 64)),
    "Standard_B*s_v2": Series("standardBsv2Family", 4, (2, 4, 8, 16, 32)),
    "Standard_B*as_v2": Series("standardBasv2Family", 4, (2, 4, 8, 16, 32)),
    "Standard_B*ps_v2": Series("standardBpsv2Family", 4, (2, 4, 8, 16), arch="arm64"),
    "Standard_B*ms": Series("standardBSFamily", 4, (2, 4, 8), temporary=8),
    "Standard_NC*as_T4_v3": Series("Standard NCASv3_T4 Family", 7, (4, 8, 16, 64), gpus={4: 1, 8: 1, 16: 1, 64: 4}),
    "Standard_NC*ads_A100_v4": Series(
        "StandardNCADSA100v4Family", 220 / 24, (24, 48, 96), gpus={24: 1, 48: 2, 96: 4}, temporary=2.7, zones=("1", "2")
    ),
    "Standard_NC*ads_H100_v5": Series(
        "StandardNCadsH100v5Family", 8, (40, 80), gpus={40: 1, 80: 2}, temporary=88, zones=("1",)
    ),
    "Standard_NV*ads_A10_v5": Series(
        "StandardNVADSA10v5Family", 220 / 36, (6, 12, 18, 36, 72), gpus={6: 1, 12: 1, 18: 1, 36: 1, 72: 2}, temporary=5
    ),
    "Standard_ND*isr_H100_v5": Series(
        "standardNDSH100v5Family", 1900 / 96, (96,), gpus={96: 8}, temporary=290, zones=("1",)
    ),
}


def find(name: str) -> Machine | None:
    """The size with this name, case-insensitive; None if it is not offered."""
    for pattern, series in _SERIES.items():
        match = re.fullmatch(pattern.replace("*", r"(\d+)"), name, re.IGNORECASE)
        if match and int(match[1]) in series.vcpus:
            vcpus = int(match[1])
            return Machine(
                name=pattern.replace("*", str(vcpus)),
                quota=series.quota,
                vcpus=vcpus,
                memory=series.memory * vcpus,
                arch=series.arch,
                gpus=(series.gpus or {}).get(vcpus, 0),
                temporary=series.temporary * vcpus,
                zones=series.zones,
            )
    return None


def zones(machine: Machine, region: str) -> Sequence[str]:
    """The zones of a region that offer the size."""
    return [zone for zone in regions.zones(region) if machine.zones is None or zone in machine.zones]
