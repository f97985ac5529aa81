"""Routes of a stateful app: to its Service, not to the headless one, by the number or name of its port."""

from typing import Any

import pytest
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube.settings.links import linked
from anykube.settings.model import StackSettings

from tests.components.workloads.rendering import rendered

FIELDS = {"image": "db:1", "port": 3000, "port_name": "web"}


def manifests(**fields: Any) -> Any:
    return rendered("wiki", "demo", StatefulServiceSpec.model_validate({**FIELDS, **fields}))


def test_an_ingress_leads_to_the_service() -> None:
    parts = manifests(routes=[{"host": "wiki.example.com"}])
    [rule] = parts["ingress"]["spec"]["rules"]
    assert rule["http"]["paths"][0]["backend"]["service"] == {"name": "wiki", "port": {"name": "web"}}
    assert parts["service"]["spec"]["ports"][0]["name"] == "web"
    assert {"ports": [{"port": "web", "protocol": "TCP"}]} in parts["network-policy"]["spec"]["ingress"]


@pytest.mark.parametrize(("service", "port"), [({}, 3000), ({"port": 80}, 80)])
def test_a_gateway_leads_to_the_service(service: dict[str, Any], port: int) -> None:
    parts = manifests(routes=[{"host": "wiki.example.com"}], via="gateway", service=service)
    [backend] = parts["route-wiki.example.com"]["spec"]["rules"][0]["backendRefs"]
    assert (backend["name"], backend["port"]) == ("wiki", port)


def test_without_routes_nothing_changes() -> None:
    assert not {"ingress", "gateway"} & set(manifests())


def test_routes_of_other_apps_use_the_number_of_the_port() -> None:
    routes = [{"host": "a.example.com", "paths": [{"path": "/wiki", "app": "wiki"}]}]
    apps = {"web": {"image": "a:1", "routes": routes}, "wiki": {"kind": "stateful", **FIELDS}}
    cluster = {"cloud": "local", "pools": {"servers": {"count": 1}}}
    spec: Any = linked(StackSettings.model_validate({"cluster": cluster, "apps": apps}))
    assert spec["web"].routes[0].paths[0].port == 3000
    assert spec["wiki"].routed
