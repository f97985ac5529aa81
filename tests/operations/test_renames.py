"""An app that returns to an earlier name keeps its objects."""

from typing import Any

import pytest
from anykube.settings.model import StackSettings
from anykube_cli.renames import rename, renames

_PREFIX = "urn:pulumi:local::anykube::anykube:index:WebService"


def _state(*apps: str, objects: str = "shop") -> dict[str, Any]:
    resources = []
    for app in apps:
        deployment = f"{_PREFIX}$kubernetes:apps/v1:Deployment::{app}-deployment"
        resources += [
            {"urn": f"{_PREFIX}::{app}", "type": "anykube:index:WebService"},
            {
                "urn": deployment,
                "type": "kubernetes:apps/v1:Deployment",
                "parent": f"{_PREFIX}::{app}",
                "id": f"demo/{objects}",
            },
            {
                "urn": f"{_PREFIX}$kubernetes:core/v1:Service::{app}-service",
                "type": "kubernetes:core/v1:Service",
                "parent": f"{_PREFIX}::{app}",
                "id": f"demo/{objects}",
                "dependencies": [deployment],
                "inputs": {"metadata": {"name": objects}},
            },
        ]
    return {"resources": resources}


def _settings(**apps: list[str]) -> StackSettings:
    specs = {app: {"image": "r/a:1", **({"renamed_from": names} if names else {})} for app, names in apps.items()}
    return StackSettings.model_validate({"cluster": {"stack": "local"}, "namespace": "demo", "apps": specs})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (_settings(shop=[]), {"store": "shop"}),  # back to the first name
        (_settings(depot=["shop"]), {"store": "depot"}),  # a third name, without the second
        (_settings(depot=["shop", "store"]), {}),  # Pulumi knows it
        (_settings(store=["shop"]), {}),  # nothing changed
        (_settings(store=[]), {}),  # its objects get another name
        (_settings(other=[]), {}),  # another app
    ],
)
def test_finds_an_app_by_its_objects(settings: StackSettings, expected: dict[str, str]) -> None:
    assert renames(_state("store"), settings) == expected


def test_a_second_app_with_the_name_is_another_app() -> None:
    assert renames(_state("shop", "store"), _settings(shop=[])) == {}


def test_renames_an_app_with_all_its_resources() -> None:
    assert rename(_state("store"), {"store": "shop"}) == _state("shop")
