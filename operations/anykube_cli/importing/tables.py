"""Which field of a manifest becomes which setting. `pods`, `services` and `routes` have the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.draft import AppDraft
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.paths import MISSING, Path


@dataclass(frozen=True)
class Field:
    """A field of a manifest and the setting that it becomes."""

    source: str
    target: str
    convert: Callable[[Any], Any] = lambda value: value
    """The value of the setting. MISSING: settings do not have this value."""
    absent: Any = MISSING
    """The setting if the manifest has no such field, where the API's default differs from Anykube's."""


def choose(choices: Mapping[Any, Any]) -> Callable[[Any], Any]:
    """A conversion by a table."""
    return lambda value: choices.get(value, MISSING)


def quantity(value: Any) -> Any:
    """A quantity in plain notation: `1e3` and `100M` are quantities, and so is the number 1."""
    text = str(value).removeprefix("+")
    return text if text else MISSING


DEPLOYMENT = (
    Field("spec.replicas", "replicas", absent=1),
    Field("spec.strategy.type", "rollout.strategy", choose({"Recreate": "recreate"})),
    Field("spec.strategy.rollingUpdate.maxSurge", "rollout.max_surge", str),
    Field("spec.strategy.rollingUpdate.maxUnavailable", "rollout.max_unavailable", str),
    Field("spec.progressDeadlineSeconds", "rollout.progress_deadline"),
    Field("spec.minReadySeconds", "rollout.min_ready_seconds"),
)
STATEFUL_SET = (
    Field("spec.replicas", "replicas", absent=1),
    Field("spec.podManagementPolicy", "ordered", choose({"Parallel": False})),
    Field("spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "claims", choose({"Delete": "delete"})),
    Field("spec.minReadySeconds", "min_ready_seconds"),
)
DAEMON_SET = (
    Field("spec.updateStrategy.rollingUpdate.maxUnavailable", "max_unavailable", str),
    Field("spec.minReadySeconds", "min_ready_seconds"),
)
JOB = (
    # Without a field, a Job has no deadline. The longest one comes closest.
    Field("activeDeadlineSeconds", "deadline", absent=86400),
    Field("backoffLimit", "retries", absent=6),
    Field("parallelism", "parallelism"),
    Field("completions", "completions"),
)
CRON_JOB = (
    Field("spec.schedule", "schedule"),
    Field("spec.timeZone", "time_zone"),
    Field("spec.concurrencyPolicy", "concurrency", absent="Allow"),
    Field("spec.startingDeadlineSeconds", "start_within"),
    Field("spec.suspend", "suspended"),
)
POD = (
    Field("securityContext.runAsUser", "run_as_user"),
    Field("securityContext.runAsGroup", "run_as_group"),
    Field("terminationGracePeriodSeconds", "stop_seconds"),
    Field("priorityClassName", "priority_class"),
    Field("nodeSelector", "node_selector"),
)
CONTAINER = (
    Field("image", "image"),
    Field("command", "command"),
    Field("args", "args"),
    Field("workingDir", "working_dir"),
    Field("securityContext.readOnlyRootFilesystem", "read_only_root", choose({False: False})),
    Field("resources.requests.cpu", "resources.cpu", quantity),
    Field("resources.requests.memory", "resources.memory", quantity),
    Field("resources.limits.cpu", "resources.cpu_limit", quantity),
    Field("resources.limits.memory", "resources.memory_limit", quantity),
    Field("resources.requests.ephemeral-storage", "resources.ephemeral_storage", quantity),
    Field("resources.limits.ephemeral-storage", "resources.ephemeral_storage_limit", quantity),
)
SERVICE = (
    Field("spec.type", "service.type", choose({"NodePort": "NodePort", "LoadBalancer": "LoadBalancer"})),
    Field("spec.clusterIP", "service.headless", choose({"None": True})),
    Field("spec.loadBalancerSourceRanges", "service.source_ranges"),
    Field("spec.externalTrafficPolicy", "service.keep_client_address", choose({"Local": True})),
    Field("spec.sessionAffinity", "service.affinity_seconds", choose({"ClientIP": 10800})),
    Field("spec.sessionAffinityConfig.clientIP.timeoutSeconds", "service.affinity_seconds"),
    Field("metadata.annotations", "service.annotations"),
)
AUTOSCALER = (
    Field("spec.minReplicas", "autoscaling.min", absent=1),
    Field("spec.maxReplicas", "autoscaling.max"),
    Field("spec.targetCPUUtilizationPercentage", "autoscaling.cpu"),
)
BUDGET = (Field("spec.maxUnavailable", "disruption.max_unavailable", str),)

WORKLOADS: Mapping[str, tuple[Field, ...]] = {
    "Deployment": DEPLOYMENT,
    "StatefulSet": STATEFUL_SET,
    "DaemonSet": DAEMON_SET,
    "Job": (),
    "CronJob": CRON_JOB,
}


def convert(fields: tuple[Field, ...], item: KubernetesObject, base: Path, target: AppDraft) -> None:
    """Writes the settings of a table. `base` is the path that the fields' sources are below."""
    for field in fields:
        source = tuple(field.source.split("."))
        value = paths.get(item.data, (*base, *source))
        if value is MISSING or value is None:
            if field.absent is not MISSING:
                target.set(field.target, field.absent)
        elif (setting := field.convert(value)) is not MISSING and setting not in ({}, []):
            target.set(field.target, setting, (item, (*base, *source)))
