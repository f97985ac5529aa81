"""What goes wrong on request, so that programs can be seen to bear it."""

from typing import cast

from pydantic import NonNegativeFloat, NonNegativeInt

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Faults as Common


class Faults(Common):
    """As `faults.json` and `POST /_anykube/faults` have it; what is left out is as it was."""

    spot_capacity: bool = False
    """There is no spot capacity."""
    late: NonNegativeFloat = 0.0
    """Seconds until Entra has told everybody of a new principal."""
    vcpus: NonNegativeInt = 0
    """The quota of vCPUs in a region; 0: as many as anybody wants."""
    leftover_address: bool = False
    """The load balancer of a Service, and its public address, stay behind when a cluster is deleted."""


def faults(account: Account) -> Faults:
    """Those of an account of Azure."""
    return cast(Faults, account.faults)
