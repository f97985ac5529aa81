"""Reads the nodes, pods and routes of a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from anykube_cli.cluster_api import (
    DEPLOYMENTS,
    GATEWAYS,
    HTTP_ROUTES,
    INGRESSES,
    MANAGED,
    NODES,
    PODS,
    STATEFUL_SETS,
    ClusterApi,
)
from anykube_cli.kubeconfig import UnreachableError as UnreachableError


@dataclass(frozen=True)
class Node:
    """A node with its pool and zone."""

    name: str
    pool: str
    zone: str
    arch: str
    cpu: str
    memory: str
    taints: Sequence[str]
    ready: bool
    simulated: bool


@dataclass(frozen=True)
class Pod:
    """A pod with its node and status."""

    namespace: str
    app: str
    name: str
    node: str
    ready: bool
    reason: str


@dataclass(frozen=True)
class Route:
    """A URL and the app that serves it."""

    url: str
    app: str
    address: str
    namespace: str


@dataclass(frozen=True)
class ClusterSnapshot:
    """The nodes, pods and routes of a cluster at one moment."""

    nodes: Sequence[Node] = field(default_factory=tuple)
    pods: Sequence[Pod] = field(default_factory=tuple)
    routes: Sequence[Route] = field(default_factory=tuple)
    replicas: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Desired replicas by namespace and app."""


def read_cluster(kubeconfig: str, app_names: Mapping[tuple[str, str], str] = MappingProxyType({})) -> ClusterSnapshot:
    """Reads the nodes, and the workloads that Anykube manages. Raises UnreachableError.

    `app_names`: the present names of renamed apps, by namespace and the name of their objects.
    """
    with ClusterApi(kubeconfig) as api, ThreadPoolExecutor() as threads:
        kinds = (PODS, DEPLOYMENTS, STATEFUL_SETS, INGRESSES)
        managed = [threads.submit(api.items, kind, labels=MANAGED) for kind in kinds]
        gateways = threads.submit(api.items, GATEWAYS, optional=True)
        routes = threads.submit(api.items, HTTP_ROUTES, labels=MANAGED, optional=True)
        nodes = api.items(NODES)
        pods, deployments, stateful_sets, ingresses = (listing.result() for listing in managed)

    def present(namespace: str, name: str) -> str:
        return app_names.get((namespace, name), name)

    items = [
        *(path for item in ingresses for path in _paths(item)),
        *_routed(routes.result(), {_key(gateway): gateway for gateway in gateways.result()}),
    ]
    replicas = {_key(item): item["spec"]["replicas"] for item in (*deployments, *stateful_sets)}
    named_pods = [replace(pod, app=present(pod.namespace, pod.app)) for pod in map(_pod, pods)]
    return ClusterSnapshot(
        nodes=sorted(map(_node, nodes), key=lambda node: (node.pool, node.name)),
        pods=sorted(named_pods, key=lambda pod: (pod.namespace, pod.app, pod.name)),
        routes=[replace(route, app=present(route.namespace, route.app)) for route in items],
        replicas={(namespace, present(namespace, name)): count for (namespace, name), count in replicas.items()},
    )


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["metadata"]["namespace"], item["metadata"]["name"]


def _node(item: Mapping[str, Any]) -> Node:
    labels, capacity = item["metadata"]["labels"], item["status"]["capacity"]
    taints = item["spec"].get("taints", [])
    return Node(
        name=item["metadata"]["name"],
        pool=labels.get("anykube.dev/pool", "—"),
        zone=labels.get("topology.kubernetes.io/zone", "—"),
        arch=labels.get("kubernetes.io/arch", "—"),
        cpu=capacity["cpu"],
        memory=capacity["memory"],
        taints=[f"{taint['key']}={taint.get('value', '')}:{taint['effect']}" for taint in taints],
        ready=_condition(item, "Ready"),
        simulated=item["metadata"].get("annotations", {}).get("kwok.x-k8s.io/node") == "fake",
    )


def _pod(item: Mapping[str, Any]) -> Pod:
    waiting = [
        status["state"]["waiting"]["reason"]
        for status in item["status"].get("containerStatuses", [])
        if "waiting" in status.get("state", {})
    ]
    return Pod(
        namespace=item["metadata"]["namespace"],
        app=item["metadata"]["labels"].get("app.kubernetes.io/name", item["metadata"]["name"]),
        name=item["metadata"]["name"],
        node=item["spec"].get("nodeName", ""),
        ready=_condition(item, "Ready"),
        reason=waiting[0] if waiting else item["status"].get("phase", "Unknown"),
    )


def _paths(item: Mapping[str, Any]) -> Sequence[Route]:
    secured = {host for tls in item["spec"].get("tls", []) for host in tls.get("hosts", [])}
    addresses = item.get("status", {}).get("loadBalancer", {}).get("ingress", [])
    address = next((a.get("ip") or a.get("hostname", "") for a in addresses), "none yet")
    return [
        Route(
            url=f"{'https' if rule.get('host') in secured else 'http'}://{rule.get('host', '*')}{path['path']}",
            app=path["backend"]["service"]["name"],
            address=address,
            namespace=item["metadata"]["namespace"],
        )
        for rule in item["spec"].get("rules", [])
        for path in rule["http"]["paths"]
    ]


def _routed(routes: Sequence[Any], gateways: Mapping[tuple[str, str], Any]) -> Iterator[Route]:
    """The routes of HTTPRoutes, without those that only redirect."""
    for item in routes:
        namespace, parent = item["metadata"]["namespace"], item["spec"]["parentRefs"][0]
        gateway = gateways.get((parent.get("namespace", namespace), parent["name"]), {})
        addresses = gateway.get("status", {}).get("addresses", [])
        listeners = {entry["name"]: entry["protocol"] for entry in gateway.get("spec", {}).get("listeners", [])}
        scheme = listeners.get(parent.get("sectionName"), "HTTP").lower()
        for rule in item["spec"]["rules"]:
            backends = rule.get("backendRefs", [])
            if not backends:
                continue
            yield Route(
                url=f"{scheme}://{item['spec'].get('hostnames', ['*'])[0]}{rule['matches'][0]['path']['value']}",
                app=_shares({backend["name"]: backend["weight"] for backend in backends}),
                address=next((entry["value"] for entry in addresses), "none yet"),
                namespace=namespace,
            )


def _shares(weights: Mapping[str, int]) -> str:
    """The apps with their weights, such as "web 90 + web-next 10"; a single app without its weight."""
    active = {name: weight for name, weight in weights.items() if weight}
    if len(active) == 1:
        return next(iter(active))
    return " + ".join(f"{name} {weight}" for name, weight in active.items())


def _condition(item: Mapping[str, Any], kind: str) -> bool:
    return any(c["type"] == kind and c["status"] == "True" for c in item["status"].get("conditions", []))
