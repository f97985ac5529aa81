"""Rules for several fields of a GKE cluster. For rules of single fields see facts.py."""

from collections.abc import Iterator

from anykube._clusters.managed import Access
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding


def groups(context: RuleContext) -> Iterator[Finding]:
    """Groups in `access` require a security group that contains them all.

    https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac
    """
    cluster = context.settings["cluster"]
    if cluster["cloud"].text != "gcp" or cluster["gke"]["security_group"].is_set:
        return
    for field in Access.model_fields:
        for principal in cluster["access"][field].elements():
            if principal.text is not None and principal.text.startswith("group:"):
                problem = f"{principal.text} is a group, and groups require `gke.security_group`"
                yield Finding(principal.path, problem, "set `gke.security_group: gke-security-groups@YOUR-DOMAIN`")


def pools(context: RuleContext) -> Iterator[Finding]:
    """The name of a pool starts with a letter and has at most 33 characters: GKE allows 40, and Anykube adds a hash.

    https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#NodePool
    """
    cluster = context.settings["cluster"]
    if cluster["cloud"].text != "gcp":
        return
    for name, pool in cluster["pools"].items():
        if not name[:1].isalpha():
            yield Finding(pool.path, "the name starts with a digit", "start the name of a GKE node pool with a letter")
        if len(name) > 33:
            problem = f"the name has {len(name)} characters, too many for a GKE node pool"
            yield Finding(pool.path, problem, "use at most 33 characters")
