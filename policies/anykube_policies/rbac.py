"""Rules for RBAC roles and bindings."""

from collections.abc import Iterator

from anykube._clusters.readers import READERS, reader_role

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import KubernetesObject, of_kind
from anykube_policies.resource import Resource
from anykube_policies.rule import ResourceRule, Severity, aks, eks, for_each, gke

_ESCALATING = ("bind", "escalate", "impersonate")
_READING = ("get", "list", "watch")

bindings = of_kind("ClusterRoleBinding", "RoleBinding")


def grants(resource: Resource) -> Iterator[Fields]:
    """The entries of a Role's or ClusterRole's `rules`, except of the role that `access.previewers` requires."""
    for role in of_kind("ClusterRole", "Role")(resource):
        if _is_reader_role(role):
            continue
        yield from role.fields["rules"].elements


def _is_reader_role(role: KubernetesObject) -> bool:
    """Whether the role is exactly the one with which clusters let previews read."""
    expected = reader_role()
    return role.kind == "ClusterRole" and role.name == READERS and role.fields["rules"].value == expected["rules"]


def cluster_admin(binding: KubernetesObject) -> str | None:
    """Only the cluster's admins are bound to `cluster-admin`, which allows everything in every namespace."""
    if binding.fields.get("roleRef.name").text != "cluster-admin":
        return None
    admins = {name.rpartition(":")[2] for name in binding.resource.settings.admins}
    subjects = binding.fields["subjects"].elements
    others = [name or "a subject without a name" for name in (it["name"].text for it in subjects) if name not in admins]
    return f"grants cluster-admin to {', '.join(others)}" if others else None


def wildcards(grant: Fields) -> str | None:
    """A role has no wildcards: `*` also grants access to kinds and verbs that are added later."""
    fields = [name for name in ("apiGroups", "resources", "verbs", "nonResourceURLs") if grant[name].has("*")]
    return f"uses * in {', '.join(fields)}" if fields else None


def secret_reads(grant: Fields) -> str | None:
    """A role reads only Secrets that it names. `list` and `watch` also return the contents of Secrets."""
    verbs = [verb for verb in _READING if grant["verbs"].has(verb)]
    if verbs and grant["resources"].has("secrets") and not grant["resourceNames"].elements:
        return f"can {', '.join(verbs)} all Secrets"
    return None


def escalation(grant: Fields) -> str | None:
    """A role has no verb that lets a subject raise its own privileges."""
    verbs = [verb for verb in _ESCALATING if grant["verbs"].has(verb)]
    return f"allows {', '.join(verbs)}" if verbs else None


RULES = (
    ResourceRule(
        name="rbac-cluster-admin",
        title="Only the cluster's admins are bound to cluster-admin",
        severity=Severity.HIGH,
        controls=(eks("4.1.1"), gke("4.1.1"), aks("4.1.1")),
        remedy="bind a role with only the permissions it needs, or list the subject in `policies.admins`",
        evaluate=for_each(bindings, cluster_admin),
    ),
    ResourceRule(
        name="rbac-wildcards",
        title="A role uses no wildcards",
        severity=Severity.HIGH,
        controls=(eks("4.1.3"), gke("4.1.3"), aks("4.1.3")),
        remedy="list API groups, resources and verbs explicitly",
        evaluate=for_each(grants, wildcards),
    ),
    ResourceRule(
        name="rbac-secret-reads",
        title="A role reads only Secrets that it names",
        severity=Severity.MEDIUM,
        controls=(eks("4.1.2"), gke("4.1.2"), aks("4.1.2")),
        remedy="set `resourceNames`, or remove `secrets` from the role",
        evaluate=for_each(grants, secret_reads),
    ),
    ResourceRule(
        name="rbac-escalation",
        title="A role does not allow bind, escalate or impersonate",
        severity=Severity.HIGH,
        controls=(eks("4.1.8"), gke("4.1.7")),
        remedy="remove these verbs; only the cluster's admins should grant roles",
        evaluate=for_each(grants, escalation),
    ),
)
