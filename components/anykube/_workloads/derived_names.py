"""The names of objects and what Kubernetes derives from them, each with its maximum length.

The API server accepts some names from which a controller then cannot derive a label or another name: the workload
exists, and no pod ever starts.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from anykube._kubernetes import Manifest

LABEL_LENGTH = 63
"""Maximum length of an RFC 1123 or 1035 label, and of the value of a Kubernetes label."""
SUBDOMAIN_LENGTH = 253
"""Maximum length of an RFC 1123 subdomain."""

_REVISION = "-0123456789"
"""What is appended to the name of a StatefulSet, for a label of its pods.

https://github.com/kubernetes/kubernetes/issues/64023
"""
_RUN = "-0123456789"
"""What is appended to the name of a CronJob, for its Jobs.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-name
"""
HASH_LENGTH = len("-01234567")
"""Length of what Anykube appends to the name of a Job, with a hash of its spec."""

MAX_NAME_LENGTH: Mapping[str, int] = {
    "CronJob": LABEL_LENGTH - len(_RUN),
    "StatefulService": LABEL_LENGTH - len(_REVISION),
    "Job": LABEL_LENGTH - HASH_LENGTH,
}
"""The maximum length of an app's name by component, where it is below a Service's 63 characters."""

_LABELS = ("Namespace", "Service")
"""Kinds whose names are labels. Those of most others are subdomains.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""


class DerivedName(NamedTuple):
    """A name, or the value of a label, with its maximum length."""

    subject: str
    """What has the name, such as `Service`, or `volume of the pods`."""
    name: str
    longest: int

    @property
    def excess(self) -> int:
        """The number of characters that are too many."""
        return len(self.name) - self.longest


def derived_names(app: str, manifest: Manifest) -> Iterator[DerivedName]:
    """The names that Kubernetes uses for an object of an app and for what its controller creates."""
    kind, metadata = str(manifest["kind"]), cast("Mapping[str, Any]", manifest["metadata"])
    name = metadata["name"]
    # The name of a Job is unknown until the values in it are.
    name = name if isinstance(name, str) else f"{app}{'-' * HASH_LENGTH}"
    yield DerivedName(kind, name, LABEL_LENGTH if kind in _LABELS else SUBDOMAIN_LENGTH)
    for key, value in metadata.get("labels", {}).items():
        if isinstance(value, str):
            yield DerivedName(f"label {key}", value, LABEL_LENGTH)
    spec = manifest.get("spec")
    if isinstance(spec, Mapping):
        yield from _of_pods(kind, name, spec)


def _of_pods(kind: str, name: str, spec: Mapping[str, Any]) -> Iterator[DerivedName]:
    """What a workload's controller derives, and the names in its pods."""
    match kind:
        case "StatefulSet":
            yield DerivedName("label controller-revision-hash of the pods", f"{name}{_REVISION}", LABEL_LENGTH)
        case "CronJob":
            spec = spec["jobTemplate"]["spec"]
            yield from _of_jobs(f"{name}{_RUN}", spec)
        case "Job":
            yield from _of_jobs(name, spec)
        case "DaemonSet" | "Deployment":
            pass
        case _:
            return
    pod = spec["template"]["spec"]
    for field in ("initContainers", "containers", "volumes"):
        for item in pod.get(field, ()):
            yield DerivedName(f"{field[:-1]} of the pods".replace("initC", "c"), item["name"], LABEL_LENGTH)


def _of_jobs(name: str, spec: Mapping[str, Any]) -> Iterator[DerivedName]:
    """https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode"""
    yield DerivedName("label job-name of the pods", name, LABEL_LENGTH)
    if spec.get("completionMode") == "Indexed":
        yield DerivedName("host name of the last pod", f"{name}-{spec['completions'] - 1}", LABEL_LENGTH)
