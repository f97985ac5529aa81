"""Where and who: the subscription, its tenant, and the principals that Entra has there."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.faults import faults
from anykube_rehearsal.azure.plugin.facts import GROUP, IDENTITY
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Record

DEPLOYER = "00000000-0000-4000-8000-00000000de41"
"""The application (client) id of who deploys in a rehearsal."""
FILE = "directory.json"
"""In the account's folder: a `Directory`, as JSON."""


@dataclass
class Directory:
    """What is there although nobody made it. Nothing of it is anybody's."""

    subscription: str = "00000000-0000-4000-8000-000000000a2e"
    tenant: str = "00000000-0000-4000-8000-00000000e27a"
    groups: Sequence[str] = ()
    """Object ids."""
    users: Sequence[str] = ()
    applications: Sequence[str] = ()
    """Object ids of service principals."""
    there: Sequence[Mapping[str, Any]] = ()
    """What the page takes for there already: `token`, `id` and `inputs` of each."""
    since: dict[str, float] = field(default_factory=dict)
    """When the principals were made that this process knows of; older ones are seen by all."""


HERE = Directory()
"""Of this process, which has one subscription."""


@dataclass(frozen=True)
class Principal:
    """Somebody in the directory."""

    kind: str
    """User, Group or ServicePrincipal."""
    seen: bool = True
    """False while Entra has not told everybody yet."""


def enter(folder: Path) -> None:
    """Takes what the folder says. Raises TypeError where there is something else in it."""
    file = folder / FILE
    told = Directory(**json.loads(file.read_text())) if file.is_file() else Directory()
    HERE.__dict__.update(vars(told))


def furnish(account: Account) -> None:
    """Puts there what is there already, each in its resource group."""
    for one in HERE.there:
        place = ids.parse(one["id"])
        if place is None:
            raise ValueError(f"{one['id']} is no id of Azure Resource Manager")
        group = str(ids.ArmId(place.subscription, place.group))
        account.store.put(Record(GROUP, group, {"resourceGroupName": place.group}))
        account.store.put(Record(one["token"], one["id"], one["inputs"]))


def object_id(application: str) -> str:
    """The service principal of an application in the tenant."""
    return ids.guid("service principal", application)


def find(account: Account, principal: str) -> Principal | None:
    """Who this object id is."""
    who = principal.lower()
    known = {"Group": HERE.groups, "User": HERE.users, "ServicePrincipal": [*HERE.applications, object_id(DEPLOYER)]}
    for kind, members in known.items():
        if who in [one.lower() for one in members]:
            return Principal(kind)
    for identity in account.store.all(IDENTITY):
        if str(identity.outputs.get("principalId")).lower() == who:
            age = time.monotonic() - HERE.since.get(who, -float("inf"))
            return Principal("ServicePrincipal", age >= faults(account).late)
    return None


def made(principal: str) -> None:
    """Notes that somebody is new."""
    HERE.since[principal.lower()] = time.monotonic()
