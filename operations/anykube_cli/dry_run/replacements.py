"""Changes for which a run deletes an object and creates it again. An update with such a change is not judged."""

from collections.abc import Mapping, Sequence
from typing import Any

from anykube._workloads.immutable import IMMUTABLE

REPLACED: Mapping[str, Sequence[str]] = {
    "ClusterRoleBinding": ("roleRef",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StorageClass": ("parameters", "provisioner"),
    **IMMUTABLE,
}
"""The fields by kind. A DaemonSet has none: its kind is misspelled in the provider.

https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""


def is_replaced(live: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether a run would replace the live object to get to the manifest."""
    fields = REPLACED.get(manifest["kind"], ())
    return any(not _contains(_at(live, field), _at(manifest, field)) for field in fields)


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _contains(live: Any, value: Any) -> bool:
    """Whether the live value has everything of the value; it may also have defaults."""
    if isinstance(value, Mapping):
        return isinstance(live, Mapping) and all(_contains(live.get(key), child) for key, child in value.items())
    if isinstance(value, list):
        return isinstance(live, list) and len(live) == len(value) and all(map(_contains, live, value))
    return value is None or live == value
