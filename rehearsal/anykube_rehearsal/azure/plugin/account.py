"""The plugin's access to the simulated account. It cannot reach the real Azure."""

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
"""The environment variable with the URL of the simulated account."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")


def endpoint() -> str:
    """The URL of the simulated account. Raises ValueError outside of a rehearsal, or for a URL of another machine."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            "this is Anykube's simulated Azure plugin, not the real provider, and it runs outside of a rehearsal: "
            f"{simulation.VARIABLE} is not set. Remove this plugin from PULUMI_HOME or PATH"
        )
    url = os.environ.get(VARIABLE, "")
    if not _LOCAL.fullmatch(url):
        raise ValueError(
            f"the simulated Azure plugin needs an account on this machine, but {VARIABLE} is {url or 'not set'}. "
            "It must be an http://127.0.0.1 URL, which `anykube rehearse` sets"
        )
    return url


class Account:
    """The account as seen by one provider of a Pulumi program."""

    def __init__(self, subscription: str, location: str | None) -> None:
        self.subscription, self.location, self.endpoint = subscription, location, endpoint()

    @cached_property
    def client(self) -> Client:
        """A client of the account."""
        return Client(self.endpoint)


def _subscription(config: Mapping[str, object]) -> str | None:
    """The configured subscription; None if it is not set, or not known yet."""
    subscription = config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    return subscription if isinstance(subscription, str) else None


def _judge(config: Mapping[str, object]) -> list[Failure]:
    if _subscription(config) is not None or isinstance(config.get("subscriptionId"), Unknown):
        return []
    message = (
        "is missing. Set it on the provider, as azure-native:subscriptionId in the stack's config, or as "
        "ARM_SUBSCRIPTION_ID"
    )
    return [Failure("subscriptionId", message)]


def _account(config: Mapping[str, Any]) -> Account | None:
    subscription, location = _subscription(config), config.get("location")
    return Account(subscription, location if isinstance(location, str) else None) if subscription else None


SETTINGS: ProviderSettings[Account] = ProviderSettings(
    validate=_judge, account=_account, location_input="subscriptionId", require_local=endpoint
)
