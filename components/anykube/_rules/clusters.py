"""Rules between a page and the page whose cluster it uses."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext, apps, namespace
from anykube._rules.findings import Finding
from anykube._rules.wording import choice


def references(context: RuleContext) -> Iterator[Finding]:
    """A reference leads to a page that has a cluster of its own."""
    reference = context.settings["cluster"]["stack"]
    stack = reference.text
    if stack is None:
        return
    others = [name for name in context.stacks if name != context.stack]
    if stack == context.stack:
        yield Finding(
            reference.path, "names this page itself", f"name the stack that has the cluster; {_there(others)}"
        )
    elif stack not in others:
        what = f"names the page {stack}, which is not there"
        yield Finding(reference.path, what, choice(stack, others, "page"))
    elif context.referenced and (further := context.referenced["cluster"]["stack"]).given:
        what = f"names {stack}, which has no cluster of its own: it uses that of {further.text}"
        yield Finding(reference.path, what, f"write `stack: {further.text}`")


def namespaces(context: RuleContext) -> Iterator[Finding]:
    """A namespace belongs to one stack: two would both create it, and each could delete it."""
    if context.referenced is None:
        return
    taken = {namespace(context.referenced, app): name for name, app in apps(context.referenced)}
    stack = context.settings["cluster"]["stack"].text
    seen: set[str] = set()
    for _, app in apps(context.settings):
        wanted = namespace(context.settings, app)
        if wanted is None or wanted in seen or wanted not in taken:
            continue
        seen.add(wanted)
        at = app if app["namespace"].given else context.settings
        what = f"is {wanted}, which the app {taken[wanted]} of the stack {stack} uses"
        yield Finding(at["namespace"].path, what, "choose another: a namespace belongs to one stack")


def _there(names: list[str]) -> str:
    return f"there are: {', '.join(names)}" if names else "there is no other page yet"
