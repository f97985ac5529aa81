"""Who may do what in the cluster."""

from collections.abc import Iterator

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Object, of_kind
from anykube_policies.rule import ResourceRule, Severity, aks, each, eks, gke
from anykube_policies.subject import Resource

_ESCALATING = ("bind", "escalate", "impersonate")
_READING = ("get", "list", "watch")

bindings = of_kind("ClusterRoleBinding", "RoleBinding")


def grants(resource: Resource) -> Iterator[Fields]:
    """The entries of a Role's or ClusterRole's `rules`."""
    for role in of_kind("ClusterRole", "Role")(resource):
        yield from role.fields["rules"].elements


def cluster_admin(binding: Object) -> str | None:
    """Binds no one but the cluster's admins to `cluster-admin`, which may do everything everywhere."""
    if binding.fields.at("roleRef.name").text != "cluster-admin":
        return None
    admins = {name.rpartition(":")[2] for name in binding.resource.settings.admins}
    others = [name for subject in binding.fields["subjects"].elements if (name := subject["name"].text) not in admins]
    return f"gives cluster-admin to {', '.join(map(str, others))}" if others else None


def wildcards(grant: Fields) -> str | None:
    """Names what may be done to what: `*` also gives what is not there yet."""
    found = [name for name in ("apiGroups", "resources", "verbs", "nonResourceURLs") if grant[name].has("*")]
    return f"has * for {', '.join(found)}" if found else None


def secret_reads(grant: Fields) -> str | None:
    """Reads only Secrets that are named: to list them is to read them all."""
    reads = [verb for verb in _READING if grant["verbs"].has(verb)]
    if reads and grant["resources"].has("secrets") and not grant["resourceNames"].elements:
        return f"may {', '.join(reads)} every Secret"
    return None


def escalation(grant: Fields) -> str | None:
    """Gives no verb by which a user gets more than was given."""
    found = [verb for verb in _ESCALATING if grant["verbs"].has(verb)]
    return f"may {', '.join(found)}" if found else None


RULES = (
    ResourceRule(
        name="rbac-cluster-admin",
        title="No one but the cluster's admins is bound to cluster-admin",
        severity=Severity.HIGH,
        controls=(eks("4.1.1"), gke("4.1.1"), aks("4.1.1")),
        remedy="bind a role that names what is needed, or have the page name the admins (policies.admins)",
        judge=each(bindings, cluster_admin),
    ),
    ResourceRule(
        name="rbac-wildcards",
        title="A role names what it gives",
        severity=Severity.HIGH,
        controls=(eks("4.1.3"), gke("4.1.3"), aks("4.1.3")),
        remedy="name API groups, resources and verbs one by one",
        judge=each(grants, wildcards),
    ),
    ResourceRule(
        name="rbac-secret-reads",
        title="A role reads only Secrets that it names",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.2"), gke("4.1.2"), aks("4.1.2")),
        remedy="give `resourceNames`, or take secrets away",
        judge=each(grants, secret_reads),
    ),
    ResourceRule(
        name="rbac-escalation",
        title="A role gives no bind, escalate or impersonate",
        severity=Severity.HIGH,
        controls=(eks("4.1.8"), gke("4.1.7")),
        remedy="take these verbs away; who grants roles is a matter of the cluster's admins",
        judge=each(grants, escalation),
    ),
)
