"""The simulated project that things are made in. Nothing here can reach the real Google Cloud."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from anykube_cli.toolchain import simulation

from anykube_rehearsal.cloud.account.client import Client

VARIABLE = "ANYKUBE_GOOGLE_ENDPOINT"
"""Where the simulated account answers: the real provider knows no variable of this name."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")


def endpoint() -> str:
    """Where the simulated account answers. Raises ValueError where anything else than this machine is meant."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            "this is Anykube's simulated Google Cloud, not the real provider, and no rehearsal runs it: "
            f"{simulation.VARIABLE} is not set; remove this plugin from where the engine found it (PULUMI_HOME or PATH)"
        )
    found = os.environ.get(VARIABLE, "")
    if not _LOCAL.fullmatch(found):
        raise ValueError(
            f"this is the simulated Google Cloud; it works only on an account of this machine, and {VARIABLE} is "
            f"{found or 'not set'}: it has to be an http://127.0.0.1 URL, which the rehearsal sets"
        )
    return found


@dataclass(frozen=True)
class Account:
    """The account, as one provider of a program sees it."""

    url: str
    project: str
    region: str = ""
    zone: str = ""
    default_labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def client(self) -> Client:
        """Asks the account."""
        return Client(self.url)

    def completed(self, wires: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs with what the provider's configuration says of those that are not given; `wires` are there."""
        said = {
            "project": self.project,
            "region": self.region,
            "location": self.region or self.zone,
            "zone": self.zone,
        }
        missing = {wire: value for wire, value in said.items() if wire in wires and value and not inputs.get(wire)}
        return {**inputs, **missing}
