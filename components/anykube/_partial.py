"""Partial updates of a stack: the URL of the stack's state says which apps are updated."""

import re


def apps_in(address: str, stack: str) -> frozenset[str] | None:
    """The apps of a partial update, from a state URL that ends with `/part/STACK/NAME,NAME`. None: the whole stack."""
    match = re.search(rf"/part/{re.escape(stack)}/([^/]+)$", address)
    return frozenset(match[1].split(",")) if match else None
