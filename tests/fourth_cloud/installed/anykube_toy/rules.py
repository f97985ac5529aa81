"""A rule of Toy's that looks at several fields."""

from collections.abc import Iterator

from anykube.cloud import Finding, RuleContext


def accounts(context: RuleContext) -> Iterator[Finding]:
    """The account acct-0000 is Toy's own, in which nobody reaches an API from outside."""
    cluster = context.settings["cluster"]
    if cluster["tke"]["account"].text == "acct-0000" and cluster["api"]["public"].given:
        yield Finding(cluster["api"]["public"].path, "is given, but acct-0000 is closed", "choose another account")
