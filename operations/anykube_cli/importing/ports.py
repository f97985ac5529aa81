"""Ports of containers and Services."""

from collections.abc import Iterator, Mapping
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.grouping import AppGroup


def number_of(container: Mapping[str, Any], port: object) -> int | None:
    """The number of a container's port, given by its number or name."""
    if isinstance(port, int):
        return port
    if isinstance(port, str) and port.isdigit():
        return int(port)
    return next(
        (item["containerPort"] for item in paths.elements(container, "ports") if item.get("name") == port), None
    )


def target_of(pod: Mapping[str, Any], port: Mapping[str, Any]) -> int | None:
    """The number of the container port that a Service's port leads to. None: unknown."""
    target = port.get("targetPort", port.get("port"))
    containers = paths.elements(pod, "containers") + [
        item for item in paths.elements(pod, "initContainers") if item.get("restartPolicy") == "Always"
    ]
    numbers = (number_of(container, target) for container in containers)
    return next((number for number in numbers if number is not None), None)


def service_ports(group: AppGroup) -> Iterator[tuple[int, Mapping[str, Any], int | None]]:
    """The index, the port, and the number of the container port, of each port of the app's Service."""
    service = group.service or group.headless
    for index, port in enumerate(paths.elements(service.data, "spec.ports") if service else ()):
        yield index, port, target_of(group.workload.pod if group.workload else {}, port)


def main_port(group: AppGroup) -> int | None:
    """The number of the container port that the app's `port` is: the first TCP port of the Service or container."""
    if group.workload is None:
        return None
    for _, port, target in service_ports(group):
        if port.get("protocol", "TCP") == "TCP" and target:
            return target
    containers = paths.elements(group.workload.pod, "containers")
    ports = [port for container in containers for port in paths.elements(container, "ports")]
    return next((port["containerPort"] for port in ports if port.get("protocol", "TCP") == "TCP"), None)
