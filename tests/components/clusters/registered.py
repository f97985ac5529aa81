"""Helpers for assertions on registered resources."""

from typing import Any

from tests.components.conftest import Registration

Registered = dict[str, Registration]


def assert_depends_on(resources: Registered, resource: str, *dependencies: str) -> None:
    """Asserts that a resource depends on others, maybe indirectly: it is created after and deleted before them."""
    by_urn = {registration.urn: registration for registration in resources.values()}
    reached, pending = set[str](), [resources[resource].urn]
    while pending:
        urn = pending.pop()
        if urn in reached or urn not in by_urn:
            continue
        reached.add(urn)
        registration = by_urn[urn]
        pending += [*registration.dependencies, registration.provider.rpartition("::")[0]]
    assert [dependency for dependency in dependencies if resources[dependency].urn not in reached] == []


def inputs_by_name(resources: Registered, kind: str) -> dict[str, dict[str, Any]]:
    """The inputs of all resources of a type, by name."""
    return {
        key.partition("/")[2]: registration.inputs
        for key, registration in resources.items()
        if key.startswith(f"{kind}/")
    }
