"""The apps of a page are nobody's: the same text, and the same objects but for what a cloud's way in must change."""

import json
from typing import Any

import pytest
from anykube._clusters.lookup import cluster_context
from anykube._workloads.web.manifests import manifests
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.loader import load

STACKS = ("local", "aws-prod", "gcp-prod", "azure-prod")
CHANGING = {"Ingress", "Gateway", "HTTPRoute", "ManagedCertificate", "FrontendConfig"}
"""The kinds that a cloud's way in is made of."""


def objects(stack: str) -> dict[str, Any]:
    """What the apps of a stack are made of, by kind and name, but for what secrets hold."""
    page, made = load(stack), {}
    context = cluster_context(page.cluster, None)
    for name, app in page.apps.items():
        assert isinstance(app, WebServiceSpec)
        plain = app.model_copy(update={"env": {}})
        for part in manifests(name, "demo", plain, context):
            made[f"{part.manifest['kind']}/{part.manifest['metadata']['name']}"] = part.manifest  # type: ignore[index]
    return made


def test_apps_have_the_same_settings_on_all_clouds() -> None:
    [text] = {json.dumps(load(stack).model_dump(mode="json")["apps"], sort_keys=True) for stack in STACKS}
    assert '"web"' in text


@pytest.mark.parametrize("stack", [stack for stack in STACKS if stack != "local"])
def test_manifests_are_the_same_except_for_ingress(stack: str) -> None:
    here, there = objects("local"), objects(stack)
    differing = {key for key in here.keys() | there.keys() if here.get(key) != there.get(key)}
    for key in sorted(differing):
        print(f"{key}:\n  local: {json.dumps(here.get(key))}\n  {stack}: {json.dumps(there.get(key))}")
    assert {key.partition("/")[0] for key in differing} <= CHANGING
    assert "Ingress/web" in differing
    assert {"Deployment/web", "Service/web", "Deployment/api", "Service/admin"} <= here.keys() - differing
