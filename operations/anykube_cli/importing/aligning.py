"""Copies of objects with the names that the settings give to containers and volumes, to compare them."""

import copy
from collections.abc import Mapping
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.grouping import AppGroup
from anykube_cli.importing.names import label, volume_names
from anykube_cli.importing.objects import POD_TEMPLATES, KubernetesObject
from anykube_cli.importing.pods import main_container
from anykube_cli.importing.ports import number_of, target_of

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def align_workload(group: AppGroup, workload: KubernetesObject) -> dict[str, Any]:
    """The workload, with the names of containers and volumes as in settings, and numbers of ports in probes."""
    data: dict[str, Any] = copy.deepcopy(dict(workload.data))
    spec = paths.get(data, (*POD_TEMPLATES[workload.kind], "spec"))
    templates = paths.elements(data, "spec.volumeClaimTemplates")
    volumes = volume_names(spec, templates)
    main = main_container(group, workload)
    for field in ("containers", "initContainers"):
        for index, container in enumerate(paths.elements(spec, field)):
            is_main = field == "containers" and index == main
            container["name"] = group.name if is_main else label(str(container.get("name")))
            for mount in paths.elements(container, "volumeMounts"):
                mount["name"] = volumes.get(mount.get("name"), mount.get("name"))
            number_probes(container)
    for volume in paths.elements(spec, "volumes"):
        volume["name"] = volumes[volume["name"]]
    for template in templates:
        if "metadata" in template:
            template["metadata"]["name"] = volumes[template["metadata"].get("name")]
    return data


def number_probes(container: Mapping[str, Any]) -> None:
    """Replaces names of ports in probes by their numbers."""
    for probe in _PROBES:
        for action in ("httpGet", "tcpSocket"):
            settings = paths.get(container, f"{probe}.{action}")
            if isinstance(settings, dict) and "port" in settings:
                settings["port"] = number_of(container, settings["port"]) or settings["port"]


def align_rendered(rendered: Mapping[str, Any]) -> dict[str, Any]:
    """A rendered workload with numbers of ports in probes."""
    data: dict[str, Any] = copy.deepcopy(dict(rendered))
    for field in ("containers", "initContainers"):
        for container in paths.elements(data, (*POD_TEMPLATES[data["kind"]], "spec", field)):
            number_probes(container)
    return data


def align_service(service: Mapping[str, Any], pod: Mapping[str, Any]) -> dict[str, Any]:
    """A Service with the numbers of the containers' ports."""
    data: dict[str, Any] = copy.deepcopy(dict(service))
    for port in paths.elements(data, "spec.ports"):
        port["targetPort"] = target_of(pod, port) or port.get("targetPort", port["port"])
    return data
