"""The simulated subscription that things are made in. Nothing here can reach the real Azure."""

import os
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from anykube_cli.plugin.values import Unknown
from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import ProviderSettings

VARIABLE = "ANYKUBE_AZURE_ACCOUNT"
"""The environment variable that says where the account answers."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")


def endpoint() -> str:
    """Where the simulated account answers. Raises ValueError where anything else than this machine is meant."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            f"this is Anykube's simulated Azure, not the real provider, and no rehearsal runs it: "
            f"{simulation.VARIABLE} is not set; remove this plugin from where the engine found it (PULUMI_HOME or PATH)"
        )
    found = os.environ.get(VARIABLE, "")
    if not _LOCAL.fullmatch(found):
        raise ValueError(
            f"this is the simulated Azure; it works only on an account of this machine, and {VARIABLE} is "
            f"{found or 'not set'}: it has to be an http://127.0.0.1 URL, which the rehearsal sets"
        )
    return found


class Account:
    """The subscription, as one provider of a program sees it."""

    def __init__(self, subscription: str, location: str | None) -> None:
        self.subscription, self.location, self.endpoint = subscription, location, endpoint()

    @cached_property
    def client(self) -> Client:
        """Asks the account."""
        return Client(self.endpoint)


def _subscription(config: Mapping[str, object]) -> str | None:
    """The subscription that holds; None where nothing says it, or it is not known yet."""
    found = config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    return found if isinstance(found, str) else None


def _judge(config: Mapping[str, object]) -> list[Failure]:
    if _subscription(config) is not None or isinstance(config.get("subscriptionId"), Unknown):
        return []
    said = (
        "is missing: set it on the provider, in the stack's configuration as azure-native:subscriptionId, or by "
        "ARM_SUBSCRIPTION_ID"
    )
    return [Failure("subscriptionId", said)]


def _account(config: Mapping[str, Any]) -> Account | None:
    subscription, location = _subscription(config), config.get("location")
    return Account(subscription, location if isinstance(location, str) else None) if subscription else None


SETTINGS: ProviderSettings[Account] = ProviderSettings(
    validate=_judge, account=_account, location_input="subscriptionId", require_local=endpoint
)
