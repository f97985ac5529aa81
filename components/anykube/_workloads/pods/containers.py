"""Containers that comply with the Pod Security Standard "restricted".

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from collections.abc import Mapping, Sequence

import pulumi

from anykube._workloads.pods.files import file_mounts
from anykube._workloads.pods.probes import probes
from anykube._workloads.pods.secrets import env_key
from anykube._workloads.pods.spec import Check, ContainerFields, InitContainer, NamedContainer, Resources
from anykube._workloads.pods.values import (
    EnvValue,
    ExternalRef,
    FromConfig,
    FromField,
    FromResource,
    FromSecret,
    SecretRef,
)
from anykube._workloads.pods.volumes import Volume, mounts
from anykube._workloads.quantities import canonical

_TMP = {"name": "tmp", "mountPath": "/tmp"}


def app_container(
    app: str,
    fields: ContainerFields,
    *,
    ports: Mapping[str, tuple[int, str]],
    health: Check | None,
    mounts: Sequence[Mapping[str, object]],
    drain: int,
) -> dict[str, object]:
    """The app container. The probes use the first TCP port of `ports`, unless they name another."""
    container_ports = [
        {"name": name, "containerPort": port, "protocol": protocol} for name, (port, protocol) in ports.items()
    ]
    numbers = {name: port for name, (port, _) in ports.items()}
    return {
        **_common(app, None, app, fields),
        **({"ports": container_ports} if container_ports else {}),
        "resources": _resources(fields.resources),
        **(
            probes(health, next((name for name, (_, protocol) in ports.items() if protocol == "TCP"), None), numbers)
            if health
            else {}
        ),
        # A pod is removed from the endpoints while it is stopping. Without a pause it would drop the last requests.
        # Kubernetes enables this action by default since 1.30.
        **({"lifecycle": {"preStop": {"sleep": {"seconds": drain}}}} if drain else {}),
        "securityContext": _security_context(fields),
        "volumeMounts": [_TMP, *mounts],
    }


def named_container(app: str, container: NamedContainer, volumes: Mapping[str, Volume]) -> dict[str, object]:
    """An additional container or init container."""
    sidecar = isinstance(container, InitContainer) and container.sidecar
    return {
        **_common(app, container.name, container.name, container),
        **({"restartPolicy": "Always"} if sidecar else {}),
        **({"ports": [{"containerPort": container.port, "protocol": "TCP"}]} if container.port else {}),
        "resources": _resources(container.resources),
        **(probes(container.health, container.port) if container.health else {}),
        "securityContext": _security_context(container, container.run_as_user, container.run_as_group),
        "volumeMounts": [_TMP, *mounts(container.mounts, volumes), *file_mounts(container.name, container)],
    }


def _common(app: str, container: str | None, name: str, fields: ContainerFields) -> dict[str, object]:
    env = [_variable(app, container, variable, value) for variable, value in fields.env.items()]
    return {
        "name": name,
        "image": fields.image,
        **({"command": list(fields.command)} if fields.command else {}),
        **({"args": list(fields.args)} if fields.args else {}),
        **({"workingDir": fields.working_dir} if fields.working_dir else {}),
        **({"env": env} if env else {}),
    }


def _variable(app: str, container: str | None, name: str, value: EnvValue) -> dict[str, object]:
    match value:
        case pulumi.Output():
            source: dict[str, object] = {"secretKeyRef": {"name": f"{app}-env", "key": env_key(container, name)}}
        case ExternalRef():
            source = {"secretKeyRef": {"name": f"{app}-{value.external}", "key": value.key}}
        case FromSecret():
            source = {"secretKeyRef": {"name": value.from_secret, "key": value.key}}
        case FromConfig():
            source = {"configMapKeyRef": {"name": value.from_config, "key": value.key}}
        case FromField():
            source = {"fieldRef": {"fieldPath": value.field}}
        case FromResource():
            source = {"resourceFieldRef": {"resource": value.resource}}
        case SecretRef():
            raise AssertionError("unresolved references to secrets are rejected before rendering")
        case str():
            # The API server drops an empty value, so setting it would show a permanent diff.
            return {"name": name, "value": value} if value else {"name": name}
    return {"name": name, "valueFrom": source}


def _resources(resources: Resources) -> dict[str, object]:
    requests = {
        "cpu": resources.cpu,
        "memory": resources.memory,
        "ephemeral-storage": resources.ephemeral_storage,
    }
    limits = {
        "memory": resources.memory_limit or resources.memory,
        "cpu": resources.cpu_limit,
        "ephemeral-storage": resources.ephemeral_storage_limit,
    }
    # A limit alone would be the request too.
    both = {name: str(count) for name, count in resources.devices.items()}
    both |= {f"hugepages-{size}": quantity for size, quantity in resources.hugepages.items()}
    return {"requests": _quantities({**requests, **both}), "limits": _quantities({**limits, **both})}


def _quantities(quantities: Mapping[str, str | None]) -> dict[str, str]:
    return {name: canonical(quantity) for name, quantity in quantities.items() if quantity is not None}


def _security_context(fields: ContainerFields, user: int | None = None, group: int | None = None) -> dict[str, object]:
    group = user if group is None else group
    return {
        **({"runAsUser": user} if user is not None else {}),
        **({"runAsGroup": group} if group is not None else {}),
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": fields.read_only_root,
        "capabilities": {"drop": ["ALL"]},
    }
