"""The strings in a JSON value, such as the ids of the resources that a resource refers to."""

from collections.abc import Iterable


def strings(value: object) -> Iterable[str]:
    """All strings in a JSON value, except keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
