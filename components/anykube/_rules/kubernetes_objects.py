"""Objects that Kubernetes creates itself, in every cluster or every namespace."""

from collections.abc import Mapping

KUBERNETES_OBJECTS: Mapping[str, str] = {
    "ClusterRole": r"/(admin|cluster-admin|edit|view|system:.*)",
    "ClusterRoleBinding": r"/(cluster-admin|system:.*)",
    "ConfigMap": r".*/kube-root-ca\.crt",
    "Namespace": r"/(default|kube-node-lease|kube-public|kube-system)",
    "PriorityClass": r"/system-(cluster|node)-critical",
    "Role": r"kube-[^/]*/system:.*",
    "RoleBinding": r"kube-[^/]*/system:.*",
    "Service": r"default/kubernetes",
    "ServiceAccount": r".*/default",
}
"""By kind, a pattern of `NAMESPACE/NAME`.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
"""
