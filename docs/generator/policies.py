"""docs/reference/policies.md: the rules of the policy pack."""

from collections.abc import Iterator

from anykube_policies import page


def pages() -> Iterator[tuple[str, str]]:
    """The page of this reference: name and text."""
    yield "policies.md", page.rendered()
