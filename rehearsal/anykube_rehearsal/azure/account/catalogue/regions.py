"""Regions with and without availability zones.

https://learn.microsoft.com/en-us/azure/reliability/availability-zones-region-support
"""

from collections.abc import Sequence

_ZONED = """
australiaeast brazilsouth canadacentral centralindia centralus eastasia eastus eastus2 francecentral
germanywestcentral israelcentral italynorth japaneast japanwest koreacentral mexicocentral newzealandnorth
northeurope norwayeast polandcentral qatarcentral southafricanorth southcentralus southeastasia spaincentral
swedencentral switzerlandnorth uaenorth uksouth westeurope westus2 westus3
"""
_WITHOUT_ZONES = """
australiacentral australiasoutheast canadaeast germanynorth koreasouth northcentralus norwaywest
southafricawest southindia swedensouth switzerlandwest ukwest uaecentral westcentralus westindia westus
"""


def canonical(region: str) -> str:
    """The canonical name of a region: `westeurope` for `West Europe`."""
    return region.replace(" ", "").lower()


def exists(region: str) -> bool:
    """Whether the region exists."""
    return canonical(region) in [*_ZONED.split(), *_WITHOUT_ZONES.split()]


def zones(region: str) -> Sequence[str]:
    """The availability zones of a region; empty if it has none."""
    return ("1", "2", "3") if canonical(region) in _ZONED.split() else ()
