"""The subscription, its tenant, and the principals in Entra."""

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
"""The application (client) id of the deployer in a rehearsal."""
FILE = "directory.json"
"""A file in the account's folder: a `Directory` as JSON."""


@dataclass
class Directory:
    """What exists before the account creates anything. None of the ids belongs to anybody."""

    subscription: str = "00000000-0000-4000-8000-000000000a2e"
    tenant: str = "00000000-0000-4000-8000-00000000e27a"
    groups: Sequence[str] = ()
    """Object ids of groups."""
    users: Sequence[str] = ()
    applications: Sequence[str] = ()
    """Object ids of service principals."""
    deployer: str = ""
    """Object id of the deployer in a rehearsal. Empty: one that belongs to nobody else."""
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Object ids of the members of groups."""
    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Data actions of the subscription's custom roles, by GUID."""
    existing: Sequence[Mapping[str, Any]] = ()
    """Resources that the stack's settings expect to exist: `token`, `id` and `inputs` of each."""
    created: dict[str, float] = field(default_factory=dict)
    """Monotonic creation times of new principals. Entra has replicated all others."""


DIRECTORY = Directory()
"""The directory of this process, which has one subscription."""


@dataclass(frozen=True)
class Principal:
    """A principal in the directory."""

    kind: str
    """User, Group or ServicePrincipal."""
    replicated: bool = True
    """Whether Entra has replicated it. New principals are not found until then."""


def load(folder: Path) -> None:
    """Loads the directory file in a folder. Raises TypeError if it has unknown keys."""
    file = folder / FILE
    loaded = Directory(**json.loads(file.read_text())) if file.is_file() else Directory()
    DIRECTORY.__dict__.update(vars(loaded))


def add_existing_resources(account: Account) -> None:
    """Adds resources that exist before the stack, and their resource groups. Raises ValueError for an invalid id."""
    for resource in DIRECTORY.existing:
        arm_id = ids.parse(resource["id"])
        if arm_id is None:
            raise ValueError(f"{resource['id']} is not a valid Azure resource id")
        group = str(ids.ArmId(arm_id.subscription, arm_id.group))
        account.store.put(Record(GROUP, group, {"resourceGroupName": arm_id.group}))
        account.store.put(Record(resource["token"], resource["id"], resource["inputs"]))


def object_id(application: str) -> str:
    """The object id of an application's service principal."""
    is_named = application == DEPLOYER and DIRECTORY.deployer
    return DIRECTORY.deployer if is_named else ids.guid("service principal", application)


def find(account: Account, principal_id: str) -> Principal | None:
    """The principal with this object id; None if Entra does not have it."""
    lowercase_id = principal_id.lower()
    members_by_kind = {
        "Group": DIRECTORY.groups,
        "User": DIRECTORY.users,
        "ServicePrincipal": [*DIRECTORY.applications, object_id(DEPLOYER)],
    }
    for kind, members in members_by_kind.items():
        if lowercase_id in [member.lower() for member in members]:
            return Principal(kind)
    for identity in account.store.all(IDENTITY):
        if str(identity.outputs.get("principalId")).lower() == lowercase_id:
            age = time.monotonic() - DIRECTORY.created.get(lowercase_id, -float("inf"))
            return Principal("ServicePrincipal", age >= faults(account).late)
    return None


def groups_of(principal: str) -> set[str]:
    """The object ids of the groups that a principal is in."""
    return {group for group, members in DIRECTORY.members.items() if principal in members}


def register(principal: str) -> None:
    """Records the creation time of a new principal."""
    DIRECTORY.created[principal.lower()] = time.monotonic()
