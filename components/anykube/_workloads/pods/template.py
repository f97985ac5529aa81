"""The pod template of any workload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._workloads.metadata import MANAGED_BY, selector
from anykube._workloads.pods.containers import app_container, named_container
from anykube._workloads.pods.external_secrets import csi_mounts, csi_volumes
from anykube._workloads.pods.files import file_mounts, file_volumes, output_files
from anykube._workloads.pods.placement import placement
from anykube._workloads.pods.secrets import checksum, output_env
from anykube._workloads.pods.spec import Check, WorkloadSpec
from anykube._workloads.pods.volumes import mount, sources

_DRAIN_SECONDS = 5


@dataclass(frozen=True)
class PodOptions:
    """The options of a pod template that depend on the kind of workload."""

    ports: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Number and protocol, by name. A pod with ports drains before it stops."""
    health: Check | None = None
    spread: Sequence[Mapping[str, object]] = ()
    restart: str | None = None
    """Restart policy. None: Always."""
    roll_on_secret_change: bool = True
    """Whether a changed secret rolls the pods. False for Jobs, which are immutable."""
    account: str | None = None
    """Service account. None: the app's."""
    claim_templates: bool = False
    """Whether the workload creates claims for each pod."""


def pod_template(
    app: str, namespace: str, spec: WorkloadSpec, pods: PodOptions, context: ClusterContext
) -> dict[str, Any]:
    """The pod template of an app. All references to secrets must be resolved."""
    annotations = _checksums(app, namespace, spec) if pods.roll_on_secret_change else {}
    drain = _DRAIN_SECONDS if pods.ports else 0
    init_containers = [named_container(app, container, spec.volumes) for container in spec.init_containers]
    main_container = app_container(
        app,
        spec,
        ports=pods.ports,
        health=pods.health,
        mounts=[*_volume_mounts(spec), *file_mounts(spec), *csi_mounts(spec.csi_secrets)],
        drain=drain,
    )
    pull_secrets = [*spec.pull_secrets, *([f"{app}-pull"] if spec.registries else [])]
    return {
        "metadata": {
            "labels": {**selector(app), **MANAGED_BY, **(context.identity_labels if spec.identity else {})},
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": {
            "serviceAccountName": pods.account or app,
            "automountServiceAccountToken": spec.api_access is not None,
            "enableServiceLinks": False,
            **({"restartPolicy": pods.restart} if pods.restart else {}),
            "terminationGracePeriodSeconds": drain + spec.stop_seconds,
            "securityContext": _security(spec),
            **({"imagePullSecrets": [{"name": name} for name in pull_secrets]} if pull_secrets else {}),
            **({"initContainers": init_containers} if init_containers else {}),
            "containers": [
                main_container,
                *(named_container(app, container, spec.volumes) for container in spec.containers),
            ],
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
    """Annotations that roll the pods when a secret changes: most processes read variables and files only at start."""
    salt = f"{namespace}/{app}"
    outputs = {"checksum/env": output_env(spec), "checksum/files": output_files(spec)}
    return {name: checksum(salt, values) for name, values in outputs.items() if values}


def _volume_mounts(spec: WorkloadSpec) -> list[dict[str, object]]:
    return [mount(name, volume.path, volume) for name, volume in spec.volumes.items() if volume.path]


def _security(spec: WorkloadSpec) -> dict[str, object]:
    has_claim = any(volume.type == "claim" for volume in spec.volumes.values())
    # A new disk belongs to root. The user can write to it only if the group owns it.
    group = {"fsGroup": spec.run_as_user, "fsGroupChangePolicy": "OnRootMismatch"} if has_claim else {}
    return {
        "runAsNonRoot": True,
        "runAsUser": spec.run_as_user,
        "runAsGroup": spec.run_as_user,
        **group,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
