"""What settings mean about connections, and what the rendered policies admit, agree for all pairs of apps."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.lookup import cluster_context
from anykube.settings.loader import load
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.network.evaluator import End, Host, Pod
from tests.network.rendering import render

App = Mapping[str, Any]
Apps = Mapping[str, App]

CLUSTERS: Mapping[str, App] = {
    "local": {"cloud": "local", "pools": {"main": {"count": 1}}},
    "aws": {
        **{"cloud": "aws", "name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]},
        "pools": {"main": {"min": 1, "max": 2}},
    },
    "gcp": {
        **{"cloud": "gcp", "name": "prod", "region": "europe-west1", "zones": ["europe-west1-b", "europe-west1-c"]},
        "pools": {"main": {"min": 2, "max": 4}},
        "gke": {"project": "shop-prod"},
    },
    "azure": {
        **{"cloud": "azure", "name": "prod", "region": "westeurope", "zones": ["1", "2"]},
        "pools": {
            "main": {"min": 1, "max": 2},
            "system": {
                "count": 2,
                "taints": [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}],
            },
        },
        "aks": {"subscription": "00000000-0000-0000-0000-000000000000"},
    },
}
IDENTITIES: Mapping[str, Any] = {
    "aws": {"policies": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]},
    "gcp": {"roles": ["roles/pubsub.subscriber"]},
    "azure": {"roles": [{"role": "Reader", "scope": "/subscriptions/00000000-0000-0000-0000-000000000000"}]},
}
CREDENTIALS = {
    "local": [],
    "aws": [("169.254.170.23", 80)],
    "gcp": [("169.254.169.254", 80), ("169.254.169.252", 988)],
    "azure": [],
}

NAMES = ("a", "b", "c")
NAMESPACES = ("shop", "data")
OUTSIDE = "10.9.0.5"
HOSTS = {
    "the internet": Host("203.0.113.9"),
    "an IPv6 host": Host("2001:db8::9"),
    "the database": Host(OUTSIDE),
    "a health check of Google Cloud": Host("35.191.0.9"),
    "a health check of Azure": Host("168.63.129.16"),
    "a node": Host("10.0.0.9"),
    **{address: Host(address) for address in ("169.254.170.23", "169.254.169.254", "169.254.169.252")},
}
STRANGERS = {
    "a pod of the monitoring": Pod("monitoring", {"app.kubernetes.io/name": "prometheus"}),
    "a pod with the label of an app": Pod("elsewhere", {"app.kubernetes.io/name": "a"}),
}
PORTS = [
    *((port, "TCP") for port in (53, 80, 443, 988, 5432, 6443, 7000, 7001, 7002, 8080, 9000)),
    *((port, "UDP") for port in (53, 5432, 7001, 7002)),
]
MAIN = {"web": (80, 8080), "stateful": (5000, 5432)}
"""The ports of the Service and of the container. Port 7000 is one that no app declares."""


@st.composite
def stacks(draw: st.DrawFn, cloud: str) -> Apps:
    kinds = {name: draw(st.sampled_from(["web", "stateful", "worker", "job"])) for name in NAMES}
    apps: dict[str, dict[str, Any]] = {name: draw(_apps(kind, cloud)) for name, kind in kinds.items()}
    apps["db"] = {"kind": "external", **draw(st.sampled_from(_EXTERNAL))}
    for name, app in apps.items():
        if name != "db" and draw(st.booleans()):
            app["talks_to"] = draw(st.lists(_peers(apps, None), max_size=2))
            app["called_by"] = draw(st.lists(_peers(apps, name), max_size=2))
        if name != "db" and kinds[name] == "web":
            app["routes"] = draw(st.lists(_routes(apps, name, app["namespace"]), max_size=1))
    return apps


_EXTERNAL = [
    {"host": "db.example.com", "cidrs": [OUTSIDE]},
    {"addresses": [OUTSIDE], "port": 5432},
    {"addresses": [OUTSIDE], "port": 80, "target": 5432},
]


@st.composite
def _apps(draw: st.DrawFn, kind: str, cloud: str) -> dict[str, Any]:
    app: dict[str, Any] = {
        "kind": kind,
        "image": "registry.example/a:1",
        "namespace": draw(st.sampled_from(NAMESPACES)),
    }
    if draw(st.booleans()):
        app["api_access"] = {"rules": [{"resources": ["pods"], "verbs": ["get"]}]}
    if cloud in IDENTITIES and draw(st.booleans()):
        app["identity"] = {cloud: IDENTITIES[cloud]}
    if kind in MAIN:
        app["port"] = MAIN[kind][1]
        app["service"] = {
            "port": MAIN[kind][0],
            "type": draw(st.sampled_from(["ClusterIP", "NodePort", "LoadBalancer"])),
        }
        exposures = st.sampled_from([{}, {"exposure": "cluster"}, {"exposure": "members"}])
        app["service"]["ports"] = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "x": exposures.map(lambda more: {"port": 7001, **more}),
                    "y": exposures.map(lambda more: {"port": 9000, "target": 7002, "protocol": "UDP", **more}),
                },
            )
        )
    if kind == "stateful":
        app["protocol"] = draw(st.sampled_from(["TCP", "UDP"]))
    return app


@st.composite
def _peers(draw: st.DrawFn, apps: Apps, callee: str | None) -> Any:
    """A peer of an app, by its name, by a mapping, or one that is no app of the stack."""
    other = draw(st.sampled_from([*apps, "namespace", "cidr"]))
    called = apps.get(callee or other, {})
    is_open = not _members_only(called)
    # A rule reports ports that only members can reach.
    numbers = [port for port in (80, 5000, 5432, 7000, 7001, 7002, 8080, 9000) if is_open]
    ports = draw(st.lists(st.sampled_from(numbers), max_size=2, unique=True)) if numbers else []
    limit = {"ports": ports} if ports else {}
    if other == "namespace":
        return {"namespace": "monitoring", **limit}
    if other == "cidr":
        return {"cidr": draw(st.sampled_from(["203.0.113.0/24", "2001:db8::/32"])), **limit}
    namespace = {"namespace": apps[other]["namespace"]} if other != "db" and draw(st.booleans()) else {}
    return draw(st.sampled_from([other, {"app": other, **namespace, **limit}]))


@st.composite
def _routes(draw: st.DrawFn, apps: Apps, owner: str, namespace: str) -> dict[str, Any]:
    paths: list[dict[str, Any]] = [{"path": "/"}]
    routable = [name for name, app in apps.items() if app["kind"] in MAIN and app["namespace"] == namespace]
    targets = [(name, extra) for name in routable if apps[name].get("protocol") != "UDP" for extra in ("", "x")]
    name, extra = draw(st.sampled_from(targets)) if targets else ("", "")
    port = apps.get(name, {}).get("service", {}).get("ports", {}).get(extra, {})
    if name and not extra:
        paths.append({"path": "/other", "app": name})
    elif port and "exposure" not in port:
        paths.append({"path": "/other", "app": name, "port": port["port"]})
    return {"host": f"{owner}.example.com", "paths": paths}


def _members_only(app: App) -> set[tuple[int, str]]:
    return {port for port, exposure in _declared(app) if exposure == "members"}


def _declared(app: App) -> Iterator[tuple[tuple[int, str], str | None]]:
    """The ports of an app's container, with their exposure."""
    if app.get("kind") in MAIN:
        yield (app["port"], app.get("protocol", "TCP")), None
        for port in app["service"]["ports"].values():
            yield (port.get("target", port["port"]), port.get("protocol", "TCP")), port.get("exposure")


def meant(apps: Apps, source: str, target: str, port: tuple[int, str], cloud: str) -> bool:
    """What the documentation says about a connection between apps, or from or to a host."""
    return _may_open(apps, source, target, port, cloud) and _may_accept(apps, source, target, port)


def _may_open(apps: Apps, source: str, target: str, port: tuple[int, str], cloud: str) -> bool:
    app = apps.get(source)
    if app is None or "talks_to" not in app:
        return True
    number, protocol = port
    return (
        number == 53
        or ("api_access" in app and protocol == "TCP" and number in (443, 6443))
        or ("identity" in app and protocol == "TCP" and (number == 443 or (target, number) in CREDENTIALS[cloud]))
        or (source == target and _is_clustered(app))
        or _is_named(apps, source, target, port)
    )


def _may_accept(apps: Apps, source: str, target: str, port: tuple[int, str]) -> bool:
    app = apps.get(target)
    if app is None or (source == target and _is_clustered(app)):
        return True
    exposures = dict(_declared(app))
    if app.get("service", {}).get("type", "ClusterIP") != "ClusterIP" and exposures.get(port, "none") is None:
        return True
    if port in _routed(apps, target):
        return True
    if _members_only(app) and exposures.get(port, "members") == "members":
        return False
    if "talks_to" not in app:
        return source in apps or source in STRANGERS
    return _is_named(apps, source, target, port)


def _is_clustered(app: App) -> bool:
    return app["kind"] == "stateful" or bool(_members_only(app))


def _routed(apps: Apps, name: str) -> Iterator[tuple[int, str]]:
    for owner, app in apps.items():
        for route in app.get("routes", ()):
            for path in route["paths"]:
                if path.get("app", owner) == name:
                    number = path.get("port", apps[name]["service"]["port"])
                    yield from _of_container(apps[name], number, only=None)


def _is_named(apps: Apps, source: str, target: str, port: tuple[int, str]) -> bool:
    """Whether either end names the other, with this port."""
    talks_to = apps.get(source, {}).get("talks_to", ())
    called_by = apps.get(target, {}).get("called_by", ())
    return any(_names(apps, peer, target) and _allows(apps, target, peer, port) for peer in talks_to) or any(
        _names(apps, peer, source) and _allows(apps, target, peer, port) for peer in called_by
    )


def _names(apps: Apps, peer: Any, end: str) -> bool:
    if isinstance(peer, str) or "app" in peer:
        name = peer if isinstance(peer, str) else peer["app"]
        return end == name or (name == "db" and end == "the database")
    if "cidr" in peer:
        return end == {"203.0.113.0/24": "the internet", "2001:db8::/32": "an IPv6 host"}[peer["cidr"]]
    return end == "a pod of the monitoring"


def _allows(apps: Apps, target: str, peer: Any, port: tuple[int, str]) -> bool:
    limits = peer.get("ports", ()) if isinstance(peer, dict) else ()
    callee = apps["db"] if target == "the database" else apps.get(target, {})
    if callee.get("kind") == "external" and "port" in callee and not limits:
        limits = [callee["port"]]
    return not limits or any(port in set(_of_container(callee, number)) for number in limits)


def _of_container(app: App, number: int, only: str | None = "") -> Iterator[tuple[int, str]]:
    """The ports of the container that a number means: those of the Service and the container with this number."""
    declared = []
    if app.get("kind") == "external" and "port" in app:
        declared = [(app["port"], app.get("target", app["port"]), "TCP")]
    elif app.get("kind") in MAIN:
        extra = app["service"]["ports"].values()
        declared = [(app["service"]["port"], app["port"], app.get("protocol", "TCP"))]
        declared += [(port["port"], port.get("target", port["port"]), port.get("protocol", "TCP")) for port in extra]
    matching = [
        (target, kind) for port, target, kind in declared if number == port or (number == target and only == "")
    ]
    yield from matching or [(number, "TCP")]


@pytest.mark.parametrize("cloud", CLUSTERS)
def test_policies_admit_what_settings_mean(cloud: str) -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(apps=stacks(cloud))
    def check(apps: Apps) -> None:
        text = json.dumps({"cluster": CLUSTERS[cloud], "namespace": "shop", "apps": apps})
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "cluster.yaml").write_text(json.dumps({"cluster": CLUSTERS[cloud]}))
            cluster: Any = load("cluster", Path(folder)).cluster
            stack = render(Path(folder), text, cluster_context(cluster, None))
        ends: dict[str, End] = {**stack.pods, **STRANGERS, **HOSTS}
        pairs = [(a, b) for a in ends for b in ends if a in stack.pods or b in stack.pods]
        for source, target in pairs:
            for port in PORTS:
                admitted = stack.network.admits(ends[source], ends[target], *port)
                expected = meant(apps, source, target, port, cloud)
                assert admitted == expected, f"{source} to {target} on {port}: admitted {admitted}, {json.dumps(apps)}"
                event("admitted" if admitted else "refused")

    check()
