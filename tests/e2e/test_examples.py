"""The examples, run as a user would: separate programs on an existing cluster."""

import json
from typing import Any

import pytest

from tests.e2e.checkout import SOURCE, Checkout

_EXAMPLES = sorted(file.parent.name for file in (SOURCE / "examples").glob("*/Pulumi.yaml"))
_WITH_CLUSTER = {"eks", "gke", "aks", "local"}
"""Examples that create their own cluster: see test_cluster_examples.py."""


class Example:
    """An example in the checkout."""

    def __init__(self, checkout: Checkout, name: str) -> None:
        self.checkout, self.folder = checkout, f"examples/{name}"
        kubeconfig = checkout.folder / ".anykube" / "example.kubeconfig"
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_text(checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "-s", "local").out)
        self.environment = {**checkout.environment, "KUBECONFIG": str(kubeconfig)}

    def pulumi(self, *arguments: str) -> Any:
        return self.checkout.run("pulumi", "-C", self.folder, *arguments, environment=self.environment)


@pytest.fixture(scope="module")
def cluster(checkout: Checkout) -> Checkout:
    with checkout.edit_settings() as settings:
        settings["apps"] = {}
        settings["cluster"]["gateway_api"] = True
    checkout.make("up")
    return checkout


@pytest.mark.parametrize("name", [name for name in _EXAMPLES if name not in _WITH_CLUSTER])
def test_example(cluster: Checkout, name: str) -> None:
    example = Example(cluster, name)
    example.pulumi("stack", "init", "try", "--secrets-provider", "passphrase")
    example.pulumi("up", "--yes", "--skip-preview", "-s", "try")
    namespace = json.loads(example.pulumi("stack", "output", "--json", "-s", "try").out)["namespace"]
    [namespace_object] = cluster.get("namespaces", "--field-selector", f"metadata.name={namespace}")
    assert namespace_object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = cluster.get("pods", "-n", namespace)
    assert len(pods) >= 2
    for pod in pods:
        assert any(
            condition["type"] == "Ready" and condition["status"] == "True" for condition in pod["status"]["conditions"]
        )
    check_manifests(example)
    example.pulumi("preview", "--expect-no-changes", "-s", "try")
    state = example.pulumi("stack", "export", "-s", "try").out
    assert "client-key-data" not in state, "the kubeconfig is a secret"
    example.pulumi("destroy", "--yes", "--skip-preview", "-s", "try")
    # The namespace stays: plain Pulumi cannot know whether others use it. `anykube destroy` deletes an empty one.
    assert cluster.get("deployments,statefulsets,daemonsets,services", "-n", namespace) == []


def check_manifests(example: Example) -> None:
    """Applies the rendered manifests again as a dry run. The API server finds no unknown field and warns of nothing."""
    state = json.loads(example.pulumi("stack", "export", "--show-secrets", "-s", "try").out)
    rendered = [
        {key: value for key, value in resource["inputs"].items() if not key.startswith("__")}
        for resource in state["deployment"]["resources"]
        if resource["type"].startswith("kubernetes:") and "metadata" in resource["inputs"]
    ]
    assert len(rendered) >= 3
    manifests = example.checkout.folder / ".anykube" / "rendered.json"
    manifests.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": rendered}))
    result = example.checkout.kubectl(
        *("apply", "--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts", "-f", str(manifests))
    )
    assert "Warning" not in result.err
    assert result.out.count("serverside-applied") == len(rendered)


def test_readme_lists_every_example() -> None:
    result = (SOURCE / "examples" / "README.md").read_text()
    assert [name for name in _EXAMPLES if f"| `{name}/` |" not in result] == []
    assert len(_EXAMPLES) >= 8
