"""Fields of objects with data that Kubernetes does not change after creation."""

from collections.abc import Mapping

IMMUTABLE: Mapping[str, tuple[str, ...]] = {
    "PersistentVolumeClaim": ("spec",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
}
"""Fields that Pulumi sets only on creation, by kind. After a change, Pulumi would delete the object and create it again
(pulumi-kubernetes, provider/pkg/provider/diff.go), and with the object its data: a StatefulSet with `claims: delete`
takes its claims along. `anykube up` changes what is possible in place.
"""
