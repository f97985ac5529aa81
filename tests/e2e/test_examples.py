"""The examples, as a person would try them: programs of their own on a cluster that was there before."""

import json
from typing import Any

import pytest

from tests.e2e.checkout import SOURCE, Checkout

_EXAMPLES = sorted(file.parent.name for file in (SOURCE / "examples").glob("*/Pulumi.yaml"))
_WITH_CLUSTER = {"eks", "gke", "aks", "local"}
"""They create a cluster of their own: see test_cluster_examples.py."""


class Example:
    """One of them, in the checkout."""

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
    with checkout.edit_settings() as page:
        page["apps"] = {}
        page["cluster"]["gateway_api"] = True
    checkout.make("up")
    return checkout


@pytest.mark.parametrize("name", [name for name in _EXAMPLES if name not in _WITH_CLUSTER])
def test_an_example(cluster: Checkout, name: str) -> None:
    example = Example(cluster, name)
    example.pulumi("stack", "init", "try", "--secrets-provider", "passphrase")
    example.pulumi("up", "--yes", "--skip-preview", "-s", "try")
    namespace = json.loads(example.pulumi("stack", "output", "--json", "-s", "try").out)["namespace"]
    [space] = cluster.get("namespaces", "--field-selector", f"metadata.name={namespace}")
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = cluster.get("pods", "-n", namespace)
    assert len(pods) >= 2
    for pod in pods:
        assert any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"]["conditions"])
    judged(example)
    example.pulumi("preview", "--expect-no-changes", "-s", "try")
    state = example.pulumi("stack", "export", "-s", "try").out
    assert "client-key-data" not in state, "the kubeconfig is a secret"
    example.pulumi("destroy", "--yes", "--skip-preview", "-s", "try")
    assert cluster.get("namespaces", "--field-selector", f"metadata.name={namespace}") == []


def judged(example: Example) -> None:
    """What it rendered, once more past the API server: no field that it does not know, no warning."""
    state = json.loads(example.pulumi("stack", "export", "--show-secrets", "-s", "try").out)
    rendered = [
        {key: value for key, value in resource["inputs"].items() if not key.startswith("__")}
        for resource in state["deployment"]["resources"]
        if resource["type"].startswith("kubernetes:") and "metadata" in resource["inputs"]
    ]
    assert len(rendered) >= 3
    manifests = example.checkout.folder / ".anykube" / "rendered.json"
    manifests.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": rendered}))
    said = example.checkout.kubectl(
        *("apply", "--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts", "-f", str(manifests))
    )
    assert "Warning" not in said.err
    assert said.out.count("serverside-applied") == len(rendered)


def test_the_page_of_examples_names_each() -> None:
    said = (SOURCE / "examples" / "README.md").read_text()
    assert [name for name in _EXAMPLES if f"| `{name}/` |" not in said] == []
    assert len(_EXAMPLES) >= 8
