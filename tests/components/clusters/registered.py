"""What is asked of the resources that a cluster registered."""

from typing import Any

from tests.components.conftest import Registration

Registered = dict[str, Registration]


def after(resources: Registered, one: str, *others: str) -> None:
    """Every way down from `one` leads past the others: they are there before it, and after it is gone."""
    by_urn = {found.urn: found for found in resources.values()}
    reached, waiting = set[str](), [resources[one].urn]
    while waiting:
        urn = waiting.pop()
        if urn in reached or urn not in by_urn:
            continue
        reached.add(urn)
        found = by_urn[urn]
        waiting += [*found.dependencies, found.provider.rpartition("::")[0]]
    assert [other for other in others if resources[other].urn not in reached] == []


def of(resources: Registered, kind: str) -> dict[str, dict[str, Any]]:
    """The inputs of a type's resources, by name."""
    return {key.partition("/")[2]: found.inputs for key, found in resources.items() if key.startswith(f"{kind}/")}
