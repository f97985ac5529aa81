"""Renders the manifests of an app of any kind as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._clusters.eks.routing import INGRESS_PROFILE as EKS
from anykube._clusters.local.facts import GATEWAY_CLASS
from anykube._workloads import render as kinds
from anykube._workloads.app import AppSpec
from anykube._workloads.load_balancers import LOAD_BALANCERS
from anykube._workloads.parts import ManifestPart
from anykube._workloads.pods.spec import Toleration
from anykube._workloads.stateful.manifests import manifests as stateful
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.manifests import manifests as web
from anykube._workloads.web.spec import WebServiceSpec

NEXT = "next-"
"""The prefix of the suffixes of the next version's parts."""

ROUTING = replace(EKS, gateway_class=GATEWAY_CLASS, finds_certificates=False)
"""A profile that supports all features of routes, by Ingress and by Gateway."""

RENDER: Mapping[type[AppSpec], Callable[[str, str, Any, ClusterContext], list[ManifestPart]]] = {
    **kinds.RENDER,
    WebServiceSpec: lambda app, namespace, spec, context: web(app, namespace, spec, replace(context, ingress=ROUTING)),
    StatefulServiceSpec: lambda app, namespace, spec, context: stateful(
        app, namespace, spec, replace(context, ingress=ROUTING)
    ),
}

CONTEXT = ClusterContext(
    pools={"gpu": [Toleration(key="nvidia.com/gpu", value="true", effect="NoSchedule")]},
    load_balancers=LOAD_BALANCERS["aws", "standard"],
)


def rendered(app: str, namespace: str, spec: AppSpec, context: ClusterContext = CONTEXT) -> dict[str, Any]:
    """The manifests by suffix, converted to JSON and back to check that they contain only JSON."""
    parts = RENDER[type(spec)](app, namespace, spec, context)
    assert len({part.suffix for part in parts}) == len(parts), "suffixes are not unique"
    manifests: dict[str, Any] = json.loads(json.dumps({part.suffix: part.manifest for part in parts}))
    return manifests


def template(manifests: Mapping[str, Any]) -> Any:
    """The pod template in rendered manifests, or None."""
    for manifest in manifests.values():
        spec = manifest.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            return spec["template"]
    return None


def versions(manifests: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The manifests of the app, and those of its next version if it has one, by suffix without the prefix."""
    yield {suffix: manifest for suffix, manifest in manifests.items() if not suffix.startswith(NEXT)}
    next_version = {suffix.removeprefix(NEXT): it for suffix, it in manifests.items() if suffix.startswith(NEXT)}
    if next_version:
        yield next_version
