"""What rules look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anykube.settings.document import Page
from anykube.settings.view import View

DEFAULT_NAMESPACE = str(Page.model_fields["namespace"].default)


@dataclass(frozen=True)
class Scene:
    """A page, and what is around it."""

    stack: str
    page: View
    pages: Sequence[str]
    """The names of all pages that there are."""
    below: View | None
    """The page whose cluster this one refers to, where there is one."""


def apps(page: View) -> Iterator[tuple[str, View]]:
    """The apps that are mappings."""
    return ((name, app) for name, app in page["apps"].items() if app.is_mapping)


def namespace(page: View, app: View) -> str | None:
    """Where an app goes. None: what is given is wrong."""
    return app["namespace"].text if app["namespace"].given else page["namespace"].text_or(DEFAULT_NAMESPACE)


def cloud(scene: Scene) -> str | None:
    """The `cloud` of the cluster that the apps run on, also where that is another page's. None: not known."""
    return (scene.below or scene.page)["cluster"]["cloud"].text


def mode(scene: Scene) -> str:
    """The `mode` of that cluster; a cluster that no cloud manages has the standard one."""
    return (scene.below or scene.page)["cluster"]["mode"].text_or("standard") or "standard"
