"""The plugin's access to the simulated account. It cannot reach the real Google Cloud."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.account.client import Client

VARIABLE = "ANYKUBE_GOOGLE_ENDPOINT"
"""The environment variable with the URL of the simulated account. The real provider has no such variable."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")


def endpoint() -> str:
    """The URL of the simulated account. Raises ValueError outside of a rehearsal, or for a URL of another machine."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            "this is Anykube's simulated Google Cloud plugin, not the real provider, and it runs outside of a "
            f"rehearsal: {simulation.VARIABLE} is not set. Remove this plugin from PULUMI_HOME or PATH"
        )
    url = os.environ.get(VARIABLE, "")
    if not _LOCAL.fullmatch(url):
        raise ValueError(
            f"the simulated Google Cloud plugin needs an account on this machine, but {VARIABLE} is "
            f"{url or 'not set'}. It must be an http://127.0.0.1 URL, which `anykube rehearse` sets"
        )
    return url


@dataclass(frozen=True)
class Account:
    """The account as seen by one provider of a Pulumi program."""

    url: str
    project: str
    region: str = ""
    zone: str = ""
    default_labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def client(self) -> Client:
        """A client of the account."""
        return Client(self.url)

    def with_defaults(self, properties: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Adds the provider's project, region and zone to the inputs, as far as the type has such `properties`."""
        defaults = {
            "project": self.project,
            "region": self.region,
            "location": self.region or self.zone,
            "zone": self.zone,
        }
        missing = {
            wire: value for wire, value in defaults.items() if wire in properties and value and not inputs.get(wire)
        }
        return {**inputs, **missing}
