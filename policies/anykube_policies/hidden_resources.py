"""The resources that a partial update does not see.

Stack rules check how all objects of a stack fit together. A partial update gives the engine only the apps that changed,
so the pack asks the state service for the rest. These are unchanged, and other runs have checked them.
"""

import json
import re
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from anykube._partial import apps_in
from anykube.settings.policies import Policies

from anykube_policies.fields import UNKNOWN, Fields
from anykube_policies.resource import Provider, Resource

_APP = re.compile(r"(?:^|\$)anykube:index:\w+$")
_SECRET = "4dabf18193072939515e22adb298388d"
"""The key that marks an encrypted value in a state (pulumi/sdk/go/common/resource/sig)."""
_TIMEOUT_SECONDS = 60.0


def hidden_resources(address: str, token: str, urns: Collection[str], settings: Policies) -> tuple[Resource, ...]:
    """The resources of the stack that a partial update leaves out. None if the run is about the whole stack.

    `address` and `token`: of the state service, as the engine has them. `urns`: the resources that the run sees.
    Secrets are unknown values, since their values are encrypted.
    """
    stack, project = _stack_and_project(next(iter(urns), "::"))
    apps = apps_in(address, stack)
    if apps is None:
        return ()
    base = address.partition("/part/")[0]
    request = urllib.request.Request(
        f"{base}/api/stacks/organization/{project}/{stack}/export", headers={"Authorization": f"token {token}"}
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
        state = json.load(response)["deployment"].get("resources") or ()
    providers = {f"{entry['urn']}::{entry.get('id', '')}": entry for entry in state}
    return tuple(
        _resource(entry, providers.get(entry.get("provider", "")), settings)
        for entry in _outside(state, apps)
        if entry["urn"] not in urns and not entry.get("delete")
    )


def _stack_and_project(urn: str) -> tuple[str, str]:
    stack, project, *_ = (*urn.removeprefix("urn:pulumi:").split("::"), "")
    return stack, project


def _outside(state: Collection[Mapping[str, Any]], apps: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """The resources that belong to none of these apps. A parent comes before its children."""
    updated: set[str] = set()
    for entry in state:
        _, _, types, name = entry["urn"].split("::", 3)
        if entry.get("parent") in updated or (_APP.search(types) and name in apps):
            updated.add(entry["urn"])
        else:
            yield entry


def _resource(entry: Mapping[str, Any], provider: Mapping[str, Any] | None, settings: Policies) -> Resource:
    return Resource(
        Resource.kind(entry["type"]),
        _name(entry),
        entry["urn"],
        Fields(_without_secrets(entry.get("inputs") or {})),
        Provider(_name(provider), Fields(_without_secrets(provider.get("inputs") or {}))) if provider else None,
        bool(entry.get("protect")),
        settings,
        tuple(entry.get("ignoreChanges") or ()),
    )


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry["urn"]).rpartition("::")[2]


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        return UNKNOWN if _SECRET in value else {str(name): _without_secrets(item) for name, item in value.items()}
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value
