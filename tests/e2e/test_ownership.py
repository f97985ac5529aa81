"""Stacks, and people with kubectl, share a cluster: nobody loses an object to another."""

import random
import re
from typing import Any

import pytest
from anykube._ownership import OWNER

from tests.e2e.checkout import Checkout
from tests.e2e.ownership_histories import PERSON, STACKS, History, Key
from tests.e2e.shared_cluster import SharedCluster

_HISTORIES = 200
_REFUSED = re.compile(r"^\s+((?:Namespace|Service) \S+) (?:belongs to|is shared by|was created by) ", re.MULTILINE)


@pytest.fixture(scope="module")
def cluster(checkout: Checkout) -> SharedCluster:
    with checkout.edit_settings() as settings:
        settings["apps"] = {}
    checkout.make("up")
    return SharedCluster(checkout)


def test_case_01_stacks_share_a_namespace(cluster: SharedCluster) -> None:
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


def test_the_last_stack_deletes_an_empty_namespace(cluster: SharedCluster) -> None:
    orders = cluster.write("local-last", namespace="last", apps={"orders": {"image": "registry.example/orders:1.0.0"}})
    cluster.up(orders)
    assert "Deleted the namespace last: it was empty." in cluster.destroy(orders)
    assert not cluster.has_namespace("last")


def test_case_03_namespaces_of_kubernetes_stay_as_they_are(cluster: SharedCluster) -> None:
    before = cluster.objects("namespaces", "--field-selector", "metadata.name=default")
    stack = cluster.case("03-local-def")
    cluster.up(stack)
    assert "Deployment/tool" in cluster.uids("deployments", "-n", "default")
    cluster.destroy(stack)
    assert cluster.objects("namespaces", "--field-selector", "metadata.name=default") == before
    assert "Deployment/tool" not in cluster.uids("deployments", "-n", "default")


def test_case_04_a_stack_does_not_take_over_an_app_of_another(cluster: SharedCluster) -> None:
    source, target = cluster.case("04-local-from"), cluster.case("04-local-to")
    cluster.up(source)
    before = cluster.uids("deployments,services", "-n", "shared")
    assert "Deployment shared/billing belongs to stack local-from of project anykube" in cluster.refuse(target)
    assert cluster.uids("deployments,services", "-n", "shared") == before


def test_case_04_an_app_moves_between_settings_files(cluster: SharedCluster) -> None:
    orders, billing = ({"image": f"registry.example/{name}:1.0.0"} for name in ("orders", "billing"))
    kinds = ("deployments,services,serviceaccounts,networkpolicies,poddisruptionbudgets", "-n", "shared")
    before = {name: uid for name, uid in cluster.uids(*kinds).items() if "billing" in name}
    for source, target, first in (
        ("local-from", "local-to", "local-to"),
        ("local-to", "local-from", "local-to"),
    ):
        cluster.write(source, namespace="shared", apps={"orders": orders} if source == "local-from" else {})
        apps = {"billing": billing} if target == "local-to" else {"billing": billing, "orders": orders}
        cluster.write(target, namespace="shared", apps=apps)
        for stack in (first, source if first == target else target):
            cluster.up(stack)
        assert {name: uid for name, uid in cluster.uids(*kinds).items() if "billing" in name} == before
        for stack in (source, target):
            cluster.checkout.pulumi("preview", "--expect-no-changes", "--stack", stack)


def test_adopts_objects_by_name(cluster: SharedCluster) -> None:
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "stack"}}
    sections = {
        "namespace": "legacy",
        "apps": {"mail": {"kind": "external", "host": "mail.example", "manifests": [config_map]}},
    }
    cluster.kubectl("create", "namespace", "legacy")
    cluster.kubectl("create", "configmap", "settings", "-n", "legacy", "--from-literal=a=x", "--from-literal=b=x")
    namespaces = ("namespaces", "--field-selector", "metadata.name=legacy")
    namespace = cluster.objects(*namespaces)
    stack = cluster.write("local-adopt", **sections)
    refused = cluster.refuse(stack)
    assert "Namespace legacy was created by kubectl-create" in refused
    assert "ConfigMap legacy/settings was created by kubectl-create" in refused
    cluster.write(stack, namespaces={"legacy": {"existing": True}}, adopt=["ConfigMap legacy/settings"], **sections)
    cluster.up(stack)
    (adopted,) = cluster.objects("configmaps", "-n", "legacy", "--field-selector", "metadata.name=settings")
    assert adopted["data"] == {"a": "stack"}
    cluster.destroy(stack)
    assert cluster.uids("configmaps", "-n", "legacy").keys() == {"ConfigMap/kube-root-ca.crt"}
    assert cluster.objects(*namespaces) == namespace


def _holder(metadata: dict[str, Any]) -> str:
    return str(metadata.get("annotations", {}).get(OWNER, PERSON)).removeprefix("anykube/")


class Histories:
    """Two hundred histories, of which each run of a stack is a step."""

    def __init__(self, cluster: SharedCluster, seed: int) -> None:
        self.cluster = cluster
        self.histories = [History(number, random.Random(f"{seed} {number}")) for number in range(_HISTORIES)]

    def live(self) -> dict[Key, dict[str, Any]]:
        """The Services in the cluster."""
        services = self.cluster.objects("services", "-A", "-l", "provider notin (kubernetes)")
        metadata = [item["metadata"] for item in services if item["metadata"]["namespace"].startswith("h")]
        return {Key(item["namespace"], item["name"]): item for item in metadata}

    def foreign_namespaces(self) -> dict[str, dict[str, Any]]:
        """The metadata of the namespaces that the person created."""
        names = {name for history in self.histories for name in history.foreign_namespaces}
        namespaces = [item["metadata"] for item in self.cluster.objects("namespaces")]
        return {item["name"]: item for item in namespaces if item["name"] in names}

    def holders(self) -> dict[Key, str]:
        return {key: holder for history in self.histories for key, holder in history.holders.items()}

    def check(self, actor: str, before: dict[Key, dict[str, Any]], expected: dict[Key, str]) -> None:
        """Everybody has what the model says, and nothing of anybody but the actor has changed."""
        after = self.live()
        marks = {
            key: item.get("annotations", {}).get(OWNER, PERSON).removeprefix("anykube/") for key, item in after.items()
        }
        assert marks == expected
        for key, item in before.items():
            if key in after and actor not in (marks[key], expected.get(key)):
                assert after[key]["uid"] == item["uid"], key
                assert after[key]["resourceVersion"] == item["resourceVersion"], key

    def write(self, stack: str) -> None:
        sections: dict[str, Any] = {"apps": {}, "namespaces": {}, "adopt": []}
        for history in self.histories:
            added = history.sections(stack)
            sections["apps"] |= added["apps"]
            sections["namespaces"] |= added["namespaces"]
            sections["adopt"] += added["adopt"]
        self.cluster.write(stack, **sections)

    def step(self, stack: str, *, edit: bool = True) -> None:
        """Changes the settings of a stack, and deploys it. The first run is refused if it has conflicts."""
        for history in self.histories if edit else ():
            history.edit(stack)
        for other in STACKS:  # an app may move out of the other file
            self.write(other)
        before, namespaces = self.live(), self.foreign_namespaces()
        if conflicts := {title for history in self.histories for title in history.conflicts(stack)}:
            output = self.cluster.refuse(stack)
            refused = {*_REFUSED.findall(output)}
            assert refused == conflicts, f"{sorted(refused ^ conflicts)}\n{output}"
            self.check("nobody", before, self.holders())
            for history in self.histories:
                history.resolve(stack)
            self.write(stack)
        self.cluster.up(stack)
        for history in self.histories:
            history.run(stack)
        self.check(stack, before, self.holders())
        assert self.foreign_namespaces() == namespaces
        self.write(stack)

    def person(self) -> None:
        namespaces = {item["metadata"]["name"] for item in self.cluster.objects("namespaces")}
        for verb, objects in zip(("delete", "create"), self._changes(namespaces), strict=True):
            if objects:
                self.cluster.kubectl(verb, objects=objects)

    def _changes(self, namespaces: set[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        changes = [history.person(namespaces) for history in self.histories]
        return [item for deleted, _ in changes for item in deleted], [item for _, added in changes for item in added]


def test_random_histories_of_two_stacks_and_a_person(cluster: SharedCluster) -> None:
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed: {seed}")
    histories = Histories(cluster, seed)
    first, second = STACKS
    histories.person()
    histories.step(first)
    histories.step(second)
    histories.person()
    histories.step(first)
    histories.step(second)
    histories.step(first, edit=False)
