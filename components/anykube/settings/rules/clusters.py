"""Rules between a page and the page whose cluster it uses."""

from collections.abc import Iterator

from anykube.settings.problems import Finding
from anykube.settings.rules.scene import Scene, apps, namespace
from anykube.settings.wording import choice


def references(scene: Scene) -> Iterator[Finding]:
    """A reference leads to a page that has a cluster of its own."""
    reference = scene.page["cluster"]["stack"]
    stack = reference.text
    if stack is None:
        return
    others = [name for name in scene.pages if name != scene.stack]
    if stack == scene.stack:
        yield Finding(
            reference.path, "names this page itself", f"name the stack that has the cluster; {_there(others)}"
        )
    elif stack not in others:
        what = f"names the page {stack}, which is not there"
        yield Finding(reference.path, what, choice(stack, others, "page"))
    elif scene.below and (further := scene.below["cluster"]["stack"]).given:
        what = f"names {stack}, which has no cluster of its own: it uses that of {further.text}"
        yield Finding(reference.path, what, f"write `stack: {further.text}`")


def namespaces(scene: Scene) -> Iterator[Finding]:
    """A namespace belongs to one stack: two would both create it, and each could delete it."""
    if scene.below is None:
        return
    taken = {namespace(scene.below, app): name for name, app in apps(scene.below)}
    stack = scene.page["cluster"]["stack"].text
    seen: set[str] = set()
    for _, app in apps(scene.page):
        wanted = namespace(scene.page, app)
        if wanted is None or wanted in seen or wanted not in taken:
            continue
        seen.add(wanted)
        at = app if app["namespace"].given else scene.page
        what = f"is {wanted}, which the app {taken[wanted]} of the stack {stack} uses"
        yield Finding(at["namespace"].path, what, "choose another: a namespace belongs to one stack")


def _there(names: list[str]) -> str:
    return f"there are: {', '.join(names)}" if names else "there is no other page yet"
