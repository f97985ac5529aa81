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
from anykube._workloads.pods.volumes import main_mounts, mounts, sources

_DRAIN_SECONDS = 5
_TMP: dict[str, object] = {"name": "tmp", "emptyDir": {}}

_UNPRIVILEGED_PORTS = 1024
_ALL_PORTS = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
"""A safe sysctl of the pod's own network, which lets a user other than root listen on ports below 1024. Not all
container runtimes set it by default. https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls"""


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
    movable: bool = False
    """Whether other pods replace these on another node when the cluster's autoscaler removes theirs."""
    claim_templates: bool = False
    """Whether the workload creates claims for each pod."""


def pod_template(
    app: str, namespace: str, spec: WorkloadSpec, pods: PodOptions, context: ClusterContext
) -> dict[str, Any]:
    """The pod template of an app. All references to secrets must be resolved."""
    annotations = {
        **spec.pod_annotations,
        **(_evictable(spec) if pods.movable and context.local_volumes_hold_nodes else {}),
        **(_checksums(app, namespace, spec) if pods.roll_on_secret_change else {}),
    }
    drain = _DRAIN_SECONDS if pods.ports else 0
    init_containers = [named_container(app, container, spec.volumes) for container in spec.init_containers]
    main_container = app_container(
        app,
        spec,
        ports=pods.ports,
        health=pods.health,
        mounts=[
            *main_mounts(spec.volumes),
            *mounts(spec.mounts, spec.volumes),
            *file_mounts(None, spec),
            *csi_mounts(spec.csi_secrets),
        ],
        drain=drain,
    )
    pull_secrets = [*spec.pull_secrets, *([f"{app}-pull"] if spec.registries else [])]
    host_aliases = [{"ip": address, "hostnames": list(hosts)} for address, hosts in spec.host_aliases.items()]
    return {
        "metadata": {
            "labels": {
                **spec.pod_labels,
                **selector(app),
                **MANAGED_BY,
                **(context.identity_labels if spec.identity else {}),
            },
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": {
            "serviceAccountName": pods.account or app,
            "automountServiceAccountToken": spec.api_access is not None,
            "enableServiceLinks": False,
            **({"restartPolicy": pods.restart} if pods.restart else {}),
            "terminationGracePeriodSeconds": drain + spec.stop_seconds,
            "securityContext": _security(spec, pods.ports),
            **({"hostAliases": host_aliases} if host_aliases else {}),
            **({"imagePullSecrets": [{"name": name} for name in pull_secrets]} if pull_secrets else {}),
            **({"initContainers": init_containers} if init_containers else {}),
            "containers": [
                main_container,
                *(named_container(app, container, spec.volumes) for container in spec.containers),
            ],
            "volumes": [
                _TMP,
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


def _evictable(spec: WorkloadSpec) -> dict[str, object]:
    """The annotation by which the cluster autoscaler removes nodes although pods have directories on them.

    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
    """
    names = [_TMP["name"], *(name for name, volume in spec.volumes.items() if volume.type == "empty")]
    return {"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": ",".join(map(str, names))}


def _security(spec: WorkloadSpec, ports: Mapping[str, tuple[int, str]]) -> dict[str, object]:
    has_claim = any(volume.type == "claim" for volume in spec.volumes.values())
    group = spec.run_as_user if spec.run_as_group is None else spec.run_as_group
    # A new disk belongs to root. The user can write to it only if the group owns it.
    fs_group = {"fsGroup": group, "fsGroupChangePolicy": "OnRootMismatch"} if has_claim else {}
    numbers = [port for port, _ in ports.values()]
    numbers += [container.port for container in (*spec.init_containers, *spec.containers) if container.port]
    has_low_port = any(port < _UNPRIVILEGED_PORTS for port in numbers)
    return {
        "runAsNonRoot": True,
        "runAsUser": spec.run_as_user,
        "runAsGroup": group,
        **fs_group,
        "seccompProfile": {"type": "RuntimeDefault"},
        **({"sysctls": [_ALL_PORTS]} if has_low_port else {}),
    }
