"""Renders all apps of a settings file, and reads their pods and policies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._workloads.network import unmanaged_pods_policy
from anykube.settings.links import linked
from anykube.settings.loader import load

from tests.components.workloads.rendering import CONTEXT, rendered
from tests.network.evaluator import Network, Pod

CLUSTER = "cluster: {cloud: local, pools: {main: {count: 1}}}\n"


@dataclass(frozen=True)
class RenderedStack:
    """The objects of a stack."""

    network: Network
    pods: Mapping[str, Pod]
    """By the name of the app's objects: that of its workload without the hash of a Job."""
    manifests: Mapping[str, Mapping[str, Any]]
    """By app and suffix."""


def render(folder: Path, text: str, context: ClusterContext = CONTEXT) -> RenderedStack:
    """The objects of valid settings on the stack `local`."""
    (folder / "local.yaml").write_text(CLUSTER)
    (folder / "local-apps.yaml").write_text(text)
    settings = load("local-apps", folder)
    namespaces = {name: app.namespace or settings.namespace for name, app in settings.apps.items()}
    manifests = {
        name: rendered(app.renamed_from[0] if app.renamed_from else name, namespaces[name], app, context)
        for name, app in linked(settings).items()
    }
    policies = [unmanaged_pods_policy(namespace) for namespace in set(namespaces.values())]
    policies += [it for parts in manifests.values() for it in parts.values() if it["kind"] == "NetworkPolicy"]
    pods = {pod.labels["app.kubernetes.io/name"]: pod for parts in manifests.values() for pod in _pods(parts)}
    return RenderedStack(Network(policies), pods, manifests)


def _pods(parts: Mapping[str, Any]) -> Iterator[Pod]:
    for manifest in parts.values():
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            containers = template["spec"]["containers"]
            ports = {
                port["name"]: (port["containerPort"], port["protocol"])
                for container in containers
                for port in container.get("ports", ())
                if "name" in port
            }
            yield Pod(manifest["metadata"]["namespace"], template["metadata"]["labels"], ports)
