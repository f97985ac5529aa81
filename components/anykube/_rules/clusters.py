"""Rules between the settings of a stack and those of the stack whose cluster it uses."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding
from anykube._rules.wording import choice


def references(context: RuleContext) -> Iterator[Finding]:
    """A reference names a stack that has its own cluster."""
    reference = context.settings["cluster"]["stack"]
    stack = reference.text
    if stack is None:
        return
    others = [name for name in context.stacks if name != context.stack]
    if stack == context.stack:
        available = f"the stacks are: {', '.join(others)}" if others else "there is no other stack yet"
        remedy = f"name the stack that has the cluster; {available}"
        yield Finding(reference.path, f"{stack} is this stack itself", remedy)
    elif stack not in others:
        yield Finding(reference.path, f"there is no stack {stack}", choice(stack, others, "stack"))
    elif context.referenced and (indirect := context.referenced["cluster"]["stack"]).is_set:
        message = f"the stack {stack} has no cluster; it uses the cluster of {indirect.text}"
        yield Finding(reference.path, message, f"write `stack: {indirect.text}`")
