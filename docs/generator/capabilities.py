"""docs/reference/capabilities.md: what each cloud supports, field by field."""

from collections.abc import Iterator

from anykube.settings import matrix


def pages() -> Iterator[tuple[str, str]]:
    """The page of this reference: name and text."""
    yield "capabilities.md", matrix.matrix()
