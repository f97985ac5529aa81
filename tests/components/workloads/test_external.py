from typing import Any

from anykube._workloads.external.spec import ExternalServiceSpec

from tests.components.workloads.rendering import rendered


def manifests(**fields: Any) -> dict[str, Any]:
    return rendered("db", "demo", ExternalServiceSpec(**fields))


def test_a_dns_name_becomes_an_external_name() -> None:
    service = manifests(host="db.example.com")
    assert set(service) == {"service"}
    assert service["service"]["spec"] == {"type": "ExternalName", "externalName": "db.example.com"}


def test_addresses_become_endpoints_of_a_service_without_selector() -> None:
    parts = manifests(addresses=["10.0.0.5", "10.0.0.6"], port=5432, target=15432, port_name="postgres")
    assert "selector" not in parts["service"]["spec"]
    assert "clusterIP" not in parts["service"]["spec"], "it translates the port"
    assert parts["service"]["spec"]["ports"] == [
        {"name": "postgres", "port": 5432, "targetPort": 15432, "protocol": "TCP"}
    ]
    endpoints = parts["endpoints"]
    assert endpoints["metadata"]["labels"]["kubernetes.io/service-name"] == "db"
    assert endpoints["ports"] == [{"name": "postgres", "port": 15432, "protocol": "TCP"}]
    assert [endpoint["addresses"] for endpoint in endpoints["endpoints"]] == [["10.0.0.5"], ["10.0.0.6"]]
    assert endpoints["addressType"] == "IPv4"


def test_a_name_resolves_to_the_addresses_if_no_port_is_translated() -> None:
    for fields in ({}, {"target": 5432}):
        spec = manifests(addresses=["10.0.0.5"], port=5432, **fields)["service"]["spec"]
        assert spec["clusterIP"] == "None"


def test_addresses_may_be_ipv6() -> None:
    parts = manifests(addresses=["fd00::5"], port=53, protocol="UDP")
    assert parts["endpoints"]["addressType"] == "IPv6"
    assert parts["service"]["spec"]["ipFamilies"] == ["IPv6"]
