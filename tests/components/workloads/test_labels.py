"""Labels and annotations that users add to the objects of an app."""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube._workloads.patches import app_transforms
from anykube._workloads.web.spec import WebServiceSpec
from pydantic import ValidationError

from tests.components.workloads.rendering import rendered


def metadata(**fields: Any) -> dict[str, Any]:
    """The metadata of an app's objects by suffix, after the app's transforms."""
    spec = WebServiceSpec.model_validate({"image": "a:1", "routes": [{"host": "a.example"}], **fields})
    manifests: Mapping[str, Any] = rendered("shop", "demo", spec)
    result: dict[str, Any] = {}
    for suffix, manifest in manifests.items():
        for transform in app_transforms(spec):
            manifest = transform(manifest)
        result[suffix] = manifest["metadata"]
    return result


def test_labels_are_on_all_objects() -> None:
    user_manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "labels": {"team": "own"}}}
    objects = metadata(labels={"team": "shop"}, manifests=[user_manifest])
    assert objects.pop("configmap-x")["labels"] == {"team": "own"}
    for suffix, item in objects.items():
        assert item["labels"]["team"] == "shop", suffix
        assert item["labels"]["app.kubernetes.io/name"] == "shop"


def test_annotations_are_on_the_workload_and_the_ingress() -> None:
    objects = metadata(annotations={"a.b/c": "1"}, route_annotations={"d.e/f": "2"})
    assert objects["deployment"]["annotations"] == {"a.b/c": "1"}
    assert objects["ingress"]["annotations"].items() >= {"d.e/f": "2", "pulumi.com/skipAwait": "true"}.items()
    assert "annotations" not in objects["service-account"]


def test_without_any_nothing_changes() -> None:
    spec = WebServiceSpec(image="a:1")
    manifest = {"kind": "Deployment", "metadata": {"name": "x"}}
    assert all(transform(manifest) is manifest for transform in app_transforms(spec))


@pytest.mark.parametrize("key", ["app.kubernetes.io/name", "app.kubernetes.io/managed-by", "a b"])
def test_rejects_labels(key: str) -> None:
    with pytest.raises(ValidationError):
        WebServiceSpec(image="a:1", labels={key: "x"})
