"""A run about a part of a stack: which apps it is about stands in the address of the stack's state."""

import re


def apps_in(address: str, stack: str) -> frozenset[str] | None:
    """The apps that a run is about by the address of its state, `…/part/STACK/NAME,NAME`; None: the whole stack."""
    match = re.search(rf"/part/{re.escape(stack)}/([^/]+)$", address)
    return frozenset(match[1].split(",")) if match else None
