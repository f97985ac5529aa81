"""`python -m anykube_toy.rehearsal.plugin`: the plugin pulumi-resource-toy."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import Cloud, Labels, ProviderSettings
from anykube_rehearsal.cloud.plugin.sdk import Sdk
from anykube_rehearsal.cloud.plugin.serve import serve
from anykube_rehearsal.cloud.plugin.stored import StoredKind
from anykube_rehearsal.cloud.plugin.table import Tables

VARIABLE = "ANYKUBE_TOY_ENDPOINT"


def endpoint() -> str:
    """URL of the account. Raises ValueError outside a rehearsal."""
    url = os.environ.get(VARIABLE, "")
    if not url.startswith("http://127.0.0.1:"):
        raise ValueError(f"{VARIABLE} is not the URL of a simulated Toy account on this machine")
    return url


@dataclass(frozen=True)
class Account:
    """The account of a provider."""

    url: str

    @cached_property
    def client(self) -> Client:
        """A client for the account."""
        return Client(self.url)


def _judge(config: Mapping[str, Any]) -> list[Failure]:
    del config
    return []


LABELS: Labels[Account] = Labels(input="tags")
TABLES = Tables(Path(__file__).parent, {})
TOY: Cloud[Account] = Cloud(
    name="toy",
    display_name="Toy",
    sdk=Sdk("pulumi_toy"),
    tables=TABLES,
    kinds={token: StoredKind(token, lambda account: account.client, LABELS) for token in TABLES.types()},
    labels=LABELS,
    settings=ProviderSettings(
        validate=_judge, account=lambda _: Account(endpoint()), location_input="account", require_local=endpoint
    ),
)

if __name__ == "__main__":
    serve("0.1.0", TOY)
