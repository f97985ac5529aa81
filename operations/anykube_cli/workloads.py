"""The workloads of a stack, from its Pulumi state: what must run when `anykube up` ends.

The state is exact after a run: it has the objects of renamed apps, next versions and raw manifests too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anykube._workloads.app import COMPONENTS

from anykube_cli.cluster_api import CLAIMS, CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, SERVICES, STATEFUL_SETS, Kind

KINDS: Mapping[str, Kind] = {
    "kubernetes:apps/v1:Deployment": DEPLOYMENTS,
    "kubernetes:apps/v1:StatefulSet": STATEFUL_SETS,
    "kubernetes:apps/v1:DaemonSet": DAEMON_SETS,
    "kubernetes:batch/v1:CronJob": CRON_JOBS,
    "kubernetes:batch/v1:Job": JOBS,
    "kubernetes:core/v1:PersistentVolumeClaim": CLAIMS,
    "kubernetes:core/v1:Service": SERVICES,
}
"""The kinds that are checked after a run, by their Pulumi type."""
_AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
_DEADLINE_SECONDS = 300.0
"""For a workload without a deadline of its own, such as one in `manifests`."""


@dataclass(frozen=True)
class Workload:
    """A workload of the stack, as the last run deployed it."""

    urn: str
    kind: str
    """Such as Deployment."""
    namespace: str
    name: str
    app: str
    """The app that it belongs to, by its present name."""
    deadline: float = _DEADLINE_SECONDS
    """Seconds that a rollout may take."""
    autoscaled: bool = False
    """Whether a HorizontalPodAutoscaler of the stack sets the number of pods."""
    spec: Mapping[str, Any] = field(default_factory=dict)
    """The `spec` that the last run applied. Secret values in it are encrypted."""
    applied: Mapping[str, Any] = field(default_factory=dict)
    """The `spec` that the API server returned to the last run, with its defaults."""

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return self.urn.split(":")[2]

    @property
    def resource(self) -> Kind:
        """The kind, to list it from the API server."""
        return next(kind for token, kind in KINDS.items() if token.endswith(f":{self.kind}"))

    def __str__(self) -> str:
        former = "" if self.app in ("", self.name) else f" (app {self.app})"
        return f"{self.kind} {self.namespace}/{self.name}{former}"


def workloads(deployment: Mapping[str, Any]) -> list[Workload]:
    """The workloads in a stack's deployment."""
    resources = [resource for resource in deployment.get("resources") or () if not resource.get("delete")]
    scaled = set(_scaled(resources))
    return [
        Workload(
            urn=resource["urn"],
            kind=resource["type"].rpartition(":")[2],
            namespace=namespace,
            name=name,
            app=_app(resource.get("parent") or ""),
            deadline=_deadline(resource),
            autoscaled=(resource["type"].rpartition(":")[2], namespace, name) in scaled,
            # After a failed update, the state still has the inputs of the last successful one.
            spec=_spec(resource.get("outputs" if resource.get("initErrors") else "inputs")),
            applied=_spec(resource.get("outputs")),
        )
        for resource in resources
        if resource["type"] in KINDS and not resource.get("external")
        for namespace, _, name in [(resource.get("id") or "").rpartition("/")]
        if name
    ]


def _scaled(resources: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for resource in resources:
        if resource["type"] == _AUTOSCALER:
            target = _spec(resource.get("inputs")).get("scaleTargetRef") or {}
            yield target.get("kind", ""), str(resource.get("id")).rpartition("/")[0], target.get("name", "")


def _app(parent: str) -> str:
    token, name = parent.rpartition("$")[2].split("::")[-2:] if "::" in parent else ("", "")
    return name if token.rpartition(":")[2] in COMPONENTS else ""


def _deadline(resource: Mapping[str, Any]) -> float:
    timeouts = resource.get("customTimeouts") or {}
    return float(timeouts.get("update") or timeouts.get("create") or _DEADLINE_SECONDS)


def _spec(content: Any) -> Mapping[str, Any]:
    spec = content.get("spec") if isinstance(content, Mapping) else None
    return spec if isinstance(spec, Mapping) else {}
