"""What Azure Resource Manager refuses of anything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import regions
from anykube_rehearsal.azure.account.directory import HERE
from anykube_rehearsal.azure.account.lookup import find
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.account.rules.rule import WRITE, rule
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT, GROUP, LOCK
from anykube_rehearsal.azure.plugin.sdk import TABLES
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Change
from anykube_rehearsal.cloud.plugin.diff import changes

_FOUND = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/error-not-found"
_LOCKS = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/lock-resources"
_CHANGES = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors"
_REGIONS = "https://learn.microsoft.com/en-us/azure/reliability/regions-list"
_GROUPS = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/manage-resource-groups-portal"
_TAGS = "https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/tag-resources"

_ALL = tuple(ARM_TYPES)
_EVERYWHERE = "/providers/microsoft.authorization/roledefinitions/"
"""Built-in roles are in every subscription."""


@rule(*_ALL, on=WRITE, document=_FOUND)
def references(account: Account, change: Change) -> Iterator[str]:
    """Every id that is given leads to something, and that in this subscription."""
    for where, text in _texts(change.new, ""):
        found = ids.parse(text)
        if found is None or _EVERYWHERE in text.lower():
            continue
        if found.subscription.lower() != HERE.subscription.lower():
            yield f"InvalidSubscriptionId: {where}: {text} is not in the subscription {HERE.subscription}"
        elif found.group and find(account, GROUP, str(ids.ArmId(found.subscription, found.group))) is None:
            yield f"ResourceGroupNotFound: {where}: Resource group '{found.group}' could not be found"
        elif found.kind and not any(ids.same(one.id, text) for one in account.store.all()):
            yield f"ResourceNotFound: {where}: The resource {text} was not found"


@rule(*_ALL, on=("create",), document=_FOUND)
def group(account: Account, change: Change) -> Iterator[str]:
    """What is made is in a resource group that is there."""
    own = change.new.get("resourceGroupName")
    if change.token == GROUP or not isinstance(own, str):
        return
    if find(account, GROUP, str(ids.ArmId(HERE.subscription, own))) is None:
        yield f"ResourceGroupNotFound: resourceGroupName: Resource group '{own}' could not be found"


@rule(GROUP, on=("create",), document=_GROUPS)
def group_name(account: Account, change: Change) -> Iterator[str]:
    """1 to 90 characters, of which the last is no full stop."""
    del account
    own = str(change.new.get("resourceGroupName", ""))
    fits = all(letter.isalnum() or letter in "-_.()" for letter in own) and not own.endswith(".")
    if not fits or not 1 <= len(own) <= 90:
        yield "InvalidResourceGroupName: resourceGroupName: 1 to 90 letters, digits and any of -_.(), no full stop last"


@rule(*_ALL, on=("create",), document=_REGIONS)
def region(account: Account, change: Change) -> Iterator[str]:
    """A region that there is."""
    del account
    own = change.new.get("location")
    if isinstance(own, str) and not regions.exists(own):
        yield f"LocationNotAvailableForResourceType: location: there is no region {own}"


@rule(*_ALL, on=("update",), document=_CHANGES)
def fixed(account: Account, change: Change) -> Iterator[str]:
    """What Azure does not let be changed in place, whatever the provider thought."""
    del account
    table = TABLES.table(change.token)
    for diff in changes(table, _comparable(change.old), _comparable(change.new)):
        row, name = table.row(diff.path), diff.input_path
        if row.get("fixed") or diff.replaces:
            yield f"PropertyChangeNotAllowed: Changing property '{name}' is not allowed ({row.get('source', '')})"


@rule(*_ALL, on=("create", "update", "delete"), document=_LOCKS)
def locks(account: Account, change: Change) -> Iterator[str]:
    """A lock holds for all that is in its scope: against deletion, or against any change."""
    # Whoever may delete a lock may delete what it locks; the lock itself is not held by its own scope's lock.
    if change.token == LOCK:
        return
    for lock in account.store.all(LOCK):
        scope, level = str(lock.inputs.get("scope")), lock.inputs.get("level")
        refused = change.operation == "delete" if level == "CanNotDelete" else level == "ReadOnly"
        if refused and (ids.within(change.id, scope) or _group_of(change, scope)):
            yield (
                f"ScopeLocked: The scope '{change.id}' cannot perform {change.operation} operation because following "
                f"scope(s) are locked: '{scope}'. Please remove the lock and try again"
            )


@rule(*_ALL, on=WRITE, document=_TAGS)
def tags(account: Account, change: Change) -> Iterator[str]:
    """At most 50, with names of up to 512 and values of up to 256 characters."""
    del account
    given = change.new.get("tags") or {}
    if len(given) > 50:
        yield f"InvalidTag: tags: at most 50, and there are {len(given)}"
    for name, value in given.items():
        if len(name) > 512 or len(str(value)) > 256 or any(letter in "<>%&\\?/" for letter in name):
            said = "a name without any of <>%&\\?/, at most 512 characters, and a value of at most 256"
            yield f"InvalidTagNameCharacters: tags.{name}: {said}"


@rule(LOCK, ASSIGNMENT, on=("create",), document=_FOUND)
def scope(account: Account, change: Change) -> Iterator[str]:
    """A scope is a subscription, a group, or something in one: what is there is told by `references`."""
    del account
    given = change.new.get("scope")
    if ids.parse(given) is None:
        yield f"InvalidScope: scope: the id of a subscription, of a resource group or of a resource, and it is {given}"


def _group_of(change: Change, scope: str) -> bool:
    """Whether a resource group would go with something locked in it."""
    return change.token == GROUP and change.operation == "delete" and ids.within(scope, change.id)


def _comparable(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Pools are told apart by their names, not by their places."""
    given = values.get("agentPoolProfiles")
    if not isinstance(given, Sequence):
        return values
    return {**values, "agentPoolProfiles": sorted(given, key=lambda one: str(one.get("name")))}


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text in the inputs that looks like an id, and where it stands."""
    if isinstance(value, str):
        if value.lower().startswith("/subscriptions/"):
            yield where, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from _texts(item, f"{where}[{index}]")
