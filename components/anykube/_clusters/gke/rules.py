"""Rules of GKE that look at several fields. What a single one says is in components/anykube/_clusters/gke/facts.py."""

from collections.abc import Iterator

from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding


def groups(context: RuleContext) -> Iterator[Finding]:
    """Groups are known to a cluster by one that they all belong to.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
    """
    cluster = context.settings["cluster"]
    if cluster["cloud"].text != "gcp" or cluster["gke"]["security_group"].given:
        return
    for field in ("admins", "viewers"):
        for who in cluster["access"][field].elements():
            if who.text is not None and who.text.startswith("group:"):
                what = f"is {who.text}, but the cluster knows of no groups"
                yield Finding(who.path, what, "write `security_group: gke-security-groups@YOUR-DOMAIN` below gke")


def pools(context: RuleContext) -> Iterator[Finding]:
    """A pool's name begins with a letter, and is told from the others by 33 characters.

    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#NodePool
    """
    cluster = context.settings["cluster"]
    if cluster["cloud"].text != "gcp":
        return
    for name, pool in cluster["pools"].items():
        if not name[:1].isalpha():
            yield Finding(pool.path, "begins with a digit", "begin the name with a letter, as GKE wants")
        if len(name) > 33:
            what = f"has {len(name)} characters, and a hash comes after it"
            yield Finding(pool.path, what, "write 33 at most")
