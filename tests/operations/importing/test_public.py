"""Public applications, imported from manifests: which fields the settings do not express. `-s` prints all fields."""

from pathlib import Path
from typing import Any

import pytest
from anykube._rules.findings import dotted
from anykube_cli.importing.reading import read
from anykube_cli.importing.report import print_comparison
from anykube_cli.importing.result import import_objects
from rich.console import Console

from tests.operations.importing.unreported import unreported

PUBLIC = Path(__file__).with_name("public")

_NOT_EXPRESSED = {
    "podinfo": {"Deployment podinfo: spec.revisionHistoryLimit"},
    "rabbitmq": {
        *(
            f"Service rabbitmq-headless: spec.ports[{port}].{field}"
            for port in (0, 1)
            for field in ("port", "protocol", "targetPort")
        ),
        "Role rabbitmq: ",
        "RoleBinding rabbitmq: ",
    },
    "keycloak": {
        "StatefulSet keycloak: spec.serviceName",
        "StatefulSet keycloak: spec.template.spec.containers[0].startupProbe.httpGet.path",
        "Service keycloak-discovery: spec.ports[0].port",
        "Service keycloak-discovery: spec.ports[0].protocol",
        "StatefulSet postgres: spec.serviceName",
    },
}
_WITH_PATCHES = {
    "podinfo": set[str](),
    "rabbitmq": set[str](),
    "keycloak": {"StatefulSet keycloak: spec.serviceName", "StatefulSet postgres: spec.serviceName"},
}


@pytest.mark.parametrize("app", _NOT_EXPRESSED)
@pytest.mark.parametrize("patches", [False, True], ids=["settings", "patches"])
def test_nothing_is_lost_silently(app: str, patches: bool) -> None:
    documents = read([str(PUBLIC / f"{app}.yaml")])
    result = import_objects(documents, "local", patches=patches)
    print_comparison(result, Console(width=180))
    left = {f"{entry.item.title}: {dotted(entry.path)}" for entry in result.not_expressed}
    assert left == (_WITH_PATCHES if patches else _NOT_EXPRESSED)[app]
    objects = [document.data for document in documents]
    numbers = {document.number: index for index, document in enumerate(documents, 1)}
    assert list(numbers.values()) == list(numbers)
    assert unreported(objects, result.entries) == []


def test_a_password_of_two_apps_is_one_secret() -> None:
    result = import_objects(read([str(PUBLIC / "keycloak.yaml")]), "local")
    names = {result.settings["apps"][app]["env"][name]["secret"] for app, name in _PASSWORDS.items()}
    assert len(names) == 1


_PASSWORDS = {"keycloak": "KC_DB_PASSWORD", "postgres": "POSTGRES_PASSWORD"}


@pytest.mark.parametrize("field", ["hostNetwork", "hostPID", "hostIPC"])
def test_a_field_that_pod_security_refuses_is_not_patched(field: str) -> None:
    documents = read([str(PUBLIC / "podinfo.yaml")])
    deployment: Any = documents[0].data
    deployment["spec"]["template"]["spec"] |= {field: True}
    result = import_objects(documents, "local", patches=True)
    [entry] = result.not_expressed
    assert entry.path[-1] == field
    assert "restricted" in entry.note
