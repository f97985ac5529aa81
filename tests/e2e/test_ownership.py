"""Stacks, and people with kubectl, share a cluster: nobody loses an object to another."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.e2e.checkout import SOURCE, Checkout, CommandResult

_CASES = SOURCE / "tests" / "cases"


class Cluster:
    """The cluster of the stack `local`, with kubectl for those who do not use Anykube."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._kubeconfig = checkout.folder / ".anykube" / "test.kubeconfig"
        self._kubeconfig.touch(mode=0o600)
        self._kubeconfig.write_text(
            checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out
        )

    def settings(self, stack: str) -> Path:
        """The settings file of a stack."""
        return self.checkout.folder / "stacks" / "environments" / f"{stack}.yaml"

    def case(self, name: str) -> str:
        """Copies the settings of a case, such as `01-local-one`, and returns the stack's name."""
        stack = name.partition("-")[2]
        self.settings(stack).write_text((_CASES / f"{name}.yaml").read_text())
        return stack

    def write(self, stack: str, **sections: Any) -> str:
        """Writes the settings of a stack on this cluster, and returns the stack's name."""
        document = {"cluster": {"stack": "local"}, **sections, "policies": {"profile": "development"}}
        YAML().dump(document, self.settings(stack))
        return stack

    def up(self, stack: str, *, ok: bool = True) -> CommandResult:
        return self.checkout.make("up", f"STACK={stack}", ok=ok)

    def refuse(self, stack: str) -> str:
        """Runs `make up`, which must fail, and returns its output."""
        result = self.up(stack, ok=False)
        assert result.code != 0, result.all
        return result.all

    def destroy(self, *stacks: str) -> str:
        return "".join(self.checkout.make("destroy", f"STACK={stack}").all for stack in stacks)

    def kubectl(self, *arguments: str, ok: bool = True) -> CommandResult:
        kubectl = str(self.checkout.folder / ".anykube" / "bin" / "kubectl")
        return self.checkout.run(kubectl, "--kubeconfig", str(self._kubeconfig), *arguments, ok=ok)

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of `kubectl get … -o json`."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json").out)["items"]
        return items

    def uids(self, *arguments: str) -> dict[str, str]:
        """The uids of objects by kind and name: an object that was deleted and created again has another one."""
        return {
            f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["uid"] for item in self.objects(*arguments)
        }

    def has_namespace(self, name: str) -> bool:
        return bool(self.objects("namespaces", "--field-selector", f"metadata.name={name}"))


@pytest.fixture(scope="module")
def cluster(checkout: Checkout) -> Cluster:
    with checkout.edit_settings() as settings:
        settings["apps"] = {}
    checkout.make("up")
    return Cluster(checkout)


def test_case_01_stacks_share_a_namespace(cluster: Cluster) -> None:
    orders, billing = cluster.case("01-local-one"), cluster.case("01-local-two")
    cluster.up(orders)
    cluster.up(billing)
    before = cluster.uids("deployments,services,networkpolicies", "-n", "team")
    assert {"Deployment/orders", "Deployment/billing"} <= before.keys()
    assert "The namespace team stays: anykube/local-one uses it." in cluster.destroy(billing)
    after = cluster.uids("deployments,services,networkpolicies", "-n", "team")
    assert after == {name: uid for name, uid in before.items() if "billing" not in name}
    cluster.checkout.pulumi("preview", "--expect-no-changes", "--stack", orders)

    cluster.kubectl("create", "configmap", "mine", "-n", "team")
    assert "it still has ConfigMap team/mine" in cluster.destroy(orders)
    assert cluster.uids("configmaps", "-n", "team").keys() == {"ConfigMap/kube-root-ca.crt", "ConfigMap/mine"}


def test_the_last_stack_deletes_an_empty_namespace(cluster: Cluster) -> None:
    orders = cluster.write("local-last", namespace="last", apps={"orders": {"image": "registry.example/orders:1.0.0"}})
    cluster.up(orders)
    assert "Deleted the namespace last: it was empty." in cluster.destroy(orders)
    assert not cluster.has_namespace("last")


def test_case_03_namespaces_of_kubernetes_stay_as_they_are(cluster: Cluster) -> None:
    before = cluster.objects("namespaces", "--field-selector", "metadata.name=default")
    stack = cluster.case("03-local-def")
    cluster.up(stack)
    assert "Deployment/tool" in cluster.uids("deployments", "-n", "default")
    cluster.destroy(stack)
    assert cluster.objects("namespaces", "--field-selector", "metadata.name=default") == before
    assert "Deployment/tool" not in cluster.uids("deployments", "-n", "default")


def test_case_04_a_stack_does_not_take_over_an_app_of_another(cluster: Cluster) -> None:
    source, target = cluster.case("04-local-from"), cluster.case("04-local-to")
    cluster.up(source)
    before = cluster.uids("deployments,services", "-n", "shared")
    assert "Deployment shared/billing belongs to stack local-from of project anykube" in cluster.refuse(target)
    assert cluster.uids("deployments,services", "-n", "shared") == before
