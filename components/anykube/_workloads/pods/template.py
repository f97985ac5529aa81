"""The pod template of any workload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._workloads.metadata import MANAGED_BY, selector
from anykube._workloads.pods.containers import named_container, own_container
from anykube._workloads.pods.files import file_mounts, file_volumes, late_files
from anykube._workloads.pods.outside import csi_mounts, csi_volumes
from anykube._workloads.pods.placement import placement
from anykube._workloads.pods.secrets import checksum, late_env
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.pods.volumes import mount, sources

_DRAIN_SECONDS = 5


@dataclass(frozen=True)
class Pods:
    """What a kind of workload has to say of its pods, beside what they all have in common."""

    ports: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """By name, number and protocol. With any, the pod drains before it ends."""
    health: Check | None = None
    spread: Sequence[Mapping[str, object]] = ()
    restart: str | None = None
    """None: always."""
    rolls: bool = True
    """Whether a changed secret makes another revision. A Job cannot have one."""
    account: str | None = None
    """The service account. None: the app's own."""
    claim_templates: bool = False
    """Whether claims are made for each pod, and not by the pod template."""


def pod_template(app: str, namespace: str, spec: WorkloadSpec, pods: Pods, context: ClusterContext) -> dict[str, Any]:
    """All references to secrets must be resolved."""
    annotations = _checksums(app, namespace, spec) if pods.rolls else {}
    drain = _DRAIN_SECONDS if pods.ports else 0
    init = [named_container(app, asked, spec.volumes) for asked in spec.init_containers]
    own = own_container(
        app,
        spec,
        ports=pods.ports,
        health=pods.health,
        mounts=[*_volume_mounts(spec), *file_mounts(spec), *csi_mounts(spec.csi_secrets)],
        drain=drain,
    )
    pull = [*spec.pull_secrets, *([f"{app}-pull"] if spec.registries else [])]
    return {
        "metadata": {
            "labels": {**selector(app), **MANAGED_BY, **(context.identity_labels if spec.identity else {})},
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": {
            "serviceAccountName": pods.account or app,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            **({"restartPolicy": pods.restart} if pods.restart else {}),
            "terminationGracePeriodSeconds": drain + spec.stop_seconds,
            "securityContext": _security(spec),
            **({"imagePullSecrets": [{"name": name} for name in pull]} if pull else {}),
            **({"initContainers": init} if init else {}),
            "containers": [own, *(named_container(app, asked, spec.volumes) for asked in spec.containers)],
            "volumes": [
                {"name": "tmp", "emptyDir": {}},
                *sources(app, spec.volumes, templates=pods.claim_templates),
                *file_volumes(app, spec),
                *csi_volumes(app, spec.csi_secrets),
            ],
            **({"topologySpreadConstraints": list(pods.spread)} if pods.spread else {}),
            **placement(spec, context.pools),
        },
    }


def _checksums(app: str, namespace: str, spec: WorkloadSpec) -> dict[str, object]:
    """An environment variable is read once, and so is a file by most: pods have to be replaced for a new secret."""
    salt = f"{namespace}/{app}"
    late = {"checksum/env": late_env(spec), "checksum/files": late_files(spec)}
    return {name: checksum(salt, values) for name, values in late.items() if values}


def _volume_mounts(spec: WorkloadSpec) -> list[dict[str, object]]:
    return [mount(name, volume.path, volume) for name, volume in spec.volumes.items() if volume.path]


def _security(spec: WorkloadSpec) -> dict[str, object]:
    claimed = any(volume.type == "claim" for volume in spec.volumes.values())
    # A fresh disk belongs to root: its group has to be the user's before it can be written to.
    group = {"fsGroup": spec.run_as_user, "fsGroupChangePolicy": "OnRootMismatch"} if claimed else {}
    return {
        "runAsNonRoot": True,
        "runAsUser": spec.run_as_user,
        "runAsGroup": spec.run_as_user,
        **group,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
