"""Azure Resource Manager's rules for all resource types."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.account.catalogue import regions
from anykube_rehearsal.azure.account.directory import DIRECTORY
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
_ROLE_DEFINITIONS = "/providers/microsoft.authorization/roledefinitions/"
"""Built-in roles exist in every subscription."""


@rule(*_ALL, on=WRITE, document=_FOUND)
def references(account: Account, change: Change) -> Iterator[str]:
    """All referenced resources must exist, in this subscription."""
    for path, text in _ids(change.new, ""):
        arm_id = ids.parse(text)
        if arm_id is None or _ROLE_DEFINITIONS in text.lower():
            continue
        if arm_id.subscription.lower() != DIRECTORY.subscription.lower():
            yield f"InvalidSubscriptionId: {path}: {text} is not in the subscription {DIRECTORY.subscription}"
        elif arm_id.group and find(account, GROUP, str(ids.ArmId(arm_id.subscription, arm_id.group))) is None:
            yield f"ResourceGroupNotFound: {path}: Resource group '{arm_id.group}' could not be found"
        elif arm_id.kind and not any(ids.same(record.id, text) for record in account.store.all()):
            yield f"ResourceNotFound: {path}: The resource {text} was not found"


@rule(*_ALL, on=("create",), document=_FOUND)
def group(account: Account, change: Change) -> Iterator[str]:
    """The resource group must exist."""
    group_name = change.new.get("resourceGroupName")
    if change.token == GROUP or not isinstance(group_name, str):
        return
    if find(account, GROUP, str(ids.ArmId(DIRECTORY.subscription, group_name))) is None:
        yield f"ResourceGroupNotFound: resourceGroupName: Resource group '{group_name}' could not be found"


@rule(GROUP, on=("create",), document=_GROUPS)
def group_name(account: Account, change: Change) -> Iterator[str]:
    """1 to 90 characters. The last one cannot be a period."""
    del account
    group_name = str(change.new.get("resourceGroupName", ""))
    valid = all(letter.isalnum() or letter in "-_.()" for letter in group_name) and not group_name.endswith(".")
    if not valid or not 1 <= len(group_name) <= 90:
        message = "must be 1 to 90 letters, digits and any of -_.(), and cannot end with a period"
        yield f"InvalidResourceGroupName: resourceGroupName: {message}"


@rule(*_ALL, on=("create",), document=_REGIONS)
def region(account: Account, change: Change) -> Iterator[str]:
    """The region must exist."""
    del account
    location = change.new.get("location")
    if isinstance(location, str) and not regions.exists(location):
        yield f"LocationNotAvailableForResourceType: location: there is no region {location}"


@rule(*_ALL, on=("update",), document=_CHANGES)
def fixed(account: Account, change: Change) -> Iterator[str]:
    """Some properties cannot change in place, although the provider tries to update them."""
    del account
    table = TABLES.table(change.token)
    for diff in changes(table, _comparable(change.old), _comparable(change.new)):
        row = table.row(diff.path)
        if row.get("fixed") or diff.replaces:
            source = row.get("source", "")
            yield f"PropertyChangeNotAllowed: Changing property '{diff.input_path}' is not allowed ({source})"


@rule(*_ALL, on=("create", "update", "delete"), document=_LOCKS)
def locks(account: Account, change: Change) -> Iterator[str]:
    """A lock blocks deletions, or all changes, of everything in its scope."""
    # A lock does not block changes of locks: a principal who may delete locks may delete the locked resources too.
    if change.token == LOCK:
        return
    for lock in account.store.all(LOCK):
        scope, level = str(lock.inputs.get("scope")), lock.inputs.get("level")
        blocked = change.operation == "delete" if level == "CanNotDelete" else level == "ReadOnly"
        if blocked and (ids.within(change.id, scope) or _deletes_group_of(change, scope)):
            yield (
                f"ScopeLocked: The scope '{change.id}' cannot perform {change.operation} operation because following "
                f"scope(s) are locked: '{scope}'. Please remove the lock and try again"
            )


@rule(*_ALL, on=WRITE, document=_TAGS)
def tags(account: Account, change: Change) -> Iterator[str]:
    """At most 50 tags, with names of up to 512 and values of up to 256 characters."""
    del account
    tags = change.new.get("tags") or {}
    if len(tags) > 50:
        yield f"InvalidTag: tags: at most 50 tags are allowed, but there are {len(tags)}"
    for name, value in tags.items():
        if len(name) > 512 or len(str(value)) > 256 or any(letter in "<>%&\\?/" for letter in name):
            message = "the name must be at most 512 characters without any of <>%&\\?/, and the value at most 256"
            yield f"InvalidTagNameCharacters: tags.{name}: {message}"


@rule(LOCK, ASSIGNMENT, on=("create",), document=_FOUND)
def scope(account: Account, change: Change) -> Iterator[str]:
    """A scope must be a valid id. The rule `references` checks that it exists."""
    del account
    scope_id = change.new.get("scope")
    if ids.parse(scope_id) is None:
        message = f"must be the id of a subscription, resource group or resource, but is {scope_id}"
        yield f"InvalidScope: scope: {message}"


def _deletes_group_of(change: Change, scope: str) -> bool:
    """Whether the change deletes the resource group that contains the scope."""
    return change.token == GROUP and change.operation == "delete" and ids.within(scope, change.id)


def _comparable(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sorts pools by name, because AKS identifies them by name, not by their position."""
    pools = values.get("agentPoolProfiles")
    if not isinstance(pools, Sequence):
        return values
    return {**values, "agentPoolProfiles": sorted(pools, key=lambda pool: str(pool.get("name")))}


def _ids(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every string in the inputs that looks like a resource id, with its path."""
    if isinstance(value, str):
        if value.lower().startswith("/subscriptions/"):
            yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _ids(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from _ids(item, f"{path}[{index}]")
