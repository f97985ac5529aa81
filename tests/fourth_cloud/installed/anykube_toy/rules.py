"""A rule for several fields of a Toy cluster."""

from collections.abc import Iterator

from anykube.cloud import Finding, RuleContext


def accounts(context: RuleContext) -> Iterator[Finding]:
    """The account acct-0000 does not allow public APIs."""
    cluster = context.settings["cluster"]
    if cluster["tke"]["account"].text == "acct-0000" and cluster["api"]["public"].is_set:
        yield Finding(cluster["api"]["public"].path, "acct-0000 does not allow public APIs", "use another account")
