"""Apps are portable: on all clouds they have the same settings, and the same manifests except for Ingresses."""

import json
from typing import Any

import pytest
from anykube._clusters.lookup import cluster_context
from anykube._workloads.web.manifests import manifests
from anykube._workloads.web.spec import WebServiceSpec
from anykube.settings.loader import load

STACKS = ("local", "aws-prod", "gcp-prod", "azure-prod")
INGRESS_KINDS = {"Ingress", "Gateway", "HTTPRoute", "ManagedCertificate", "FrontendConfig"}
"""Kinds of objects for routes, which differ by cloud."""
EVICTABLE = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"


def manifests_of(stack: str) -> dict[str, Any]:
    """The manifests of a stack's apps by kind and name, without environment variables."""
    settings, manifests_by_name = load(stack), {}
    context = cluster_context(settings.cluster, None)
    for name, app in settings.apps.items():
        assert isinstance(app, WebServiceSpec)
        spec = app.model_copy(update={"env": {}})
        for entry in manifests(name, "demo", spec, context):
            manifest: Any = entry.manifest
            if manifest["kind"] == "Deployment":
                # An annotation for the autoscaler of AKS, which the others do not need.
                metadata = manifest["spec"]["template"]["metadata"]
                metadata["annotations"] = {
                    key: value for key, value in metadata.get("annotations", {}).items() if key != EVICTABLE
                }
            manifests_by_name[f"{manifest['kind']}/{manifest['metadata']['name']}"] = manifest
    return manifests_by_name


def test_apps_have_the_same_settings_on_all_clouds() -> None:
    [text] = {json.dumps(load(stack).model_dump(mode="json")["apps"], sort_keys=True) for stack in STACKS}
    assert '"web"' in text


@pytest.mark.parametrize("stack", [stack for stack in STACKS if stack != "local"])
def test_manifests_are_the_same_except_for_ingress(stack: str) -> None:
    local, other = manifests_of("local"), manifests_of(stack)
    differing = {key for key in local.keys() | other.keys() if local.get(key) != other.get(key)}
    for key in sorted(differing):
        print(f"{key}:\n  local: {json.dumps(local.get(key))}\n  {stack}: {json.dumps(other.get(key))}")
    assert {key.partition("/")[0] for key in differing} <= INGRESS_KINDS
    assert "Ingress/web" in differing
    assert {"Deployment/web", "Service/web", "Deployment/api", "Service/admin"} <= local.keys() - differing
