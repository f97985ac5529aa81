"""Faults that the simulated Azure can inject, to test how programs handle them."""

from typing import cast

from pydantic import NonNegativeFloat, NonNegativeInt

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Faults as Common


class Faults(Common):
    """The faults in `faults.json` and `POST /_anykube/faults`. The latter changes only the faults that it contains."""

    spot_capacity: bool = False
    """No spot capacity is available."""
    late: NonNegativeFloat = 0.0
    """Seconds until Entra has replicated a new principal."""
    vcpus: NonNegativeInt = 0
    """The quota of vCPUs per region; 0 means unlimited."""
    leftover_address: bool = False
    """Deleting a cluster leaves the load balancer and the public IP of a Service behind."""


def faults(account: Account) -> Faults:
    """The faults of an Azure account."""
    return cast(Faults, account.faults)
