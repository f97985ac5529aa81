"""Existing and referenced clusters."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._clusters.existing.cluster import ExistingCluster
from anykube._clusters.reference import ReferencedCluster
from anykube._workloads.web.component import WebService
from anykube._workloads.worker.component import Worker

KUBECONFIG = json.dumps(
    {
        "current-context": "one",
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in ("one", "two")],
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.example"}} for name in ("one", "two")],
        "users": [{"name": name, "user": {"token": f"token-of-{name}"}} for name in ("one", "two")],
    }
)
SETTINGS: dict[str, Any] = {
    "cloud": "aws",
    "name": "prod",
    "region": "eu-west-1",
    "zones": ["eu-west-1a", "eu-west-1b"],
    "pools": {"batch": {"count": 2, "taints": [{"key": "batch", "effect": "NoSchedule"}]}},
}


@pytest.mark.parametrize(("context", "expected"), [(None, "one"), ("two", "two")])
def test_existing_cluster_with_a_kubeconfig_output(engine: Any, context: str | None, expected: str) -> None:
    def program() -> None:
        kubeconfig = pulumi.Output.from_input(KUBECONFIG)
        cluster = ExistingCluster("other", {"kubeconfig": kubeconfig, "context": context})
        WebService("shop", {"cluster": cluster, "image": "shop:1", "routes": [{"host": "shop.example"}]})

    engine.run(program)
    secret, text = engine.resources["kubernetes/other-kubernetes"].inputs["kubeconfig"]
    assert secret == "secret"
    assert json.loads(text)["current-context"] == expected
    assert [user["name"] for user in json.loads(text)["users"]] == [expected]
    ingress = engine.resources["Ingress/shop-ingress"]
    assert "ingressClassName" not in ingress.inputs["spec"]
    assert ingress.provider.startswith(engine.resources["kubernetes/other-kubernetes"].urn)


def test_existing_cluster_with_a_kubeconfig_file(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    engine.run(lambda: ExistingCluster("other", {"kubeconfig": str(file)}))
    assert engine.outputs[engine.resources["ExistingCluster/other"].urn]["endpoint"] == "https://one.example"


def test_missing_kubeconfig_fails_before_registration(engine: Any) -> None:
    def program() -> None:
        with pytest.raises(pulumi.RunError, match=r"Kubeconfig /nowhere does not exist\. Set `kubeconfig`"):
            ExistingCluster("other", {"kubeconfig": "/nowhere"})

    engine.run(program)
    assert engine.resources == {}


def _referenced(engine: Any, settings: Any) -> ClusterContext:
    contexts: list[ClusterContext] = []

    def program() -> None:
        cluster = ReferencedCluster("platform", {"stack": "aws-prod", "settings": settings})
        contexts.append(cluster.context)
        Worker("mailer", {"cluster": cluster, "image": "mailer:1", "pool": "batch"})
        with pytest.raises(pulumi.RunError, match="identity is set, but this cluster does not support"):
            Worker("other", {"cluster": cluster, "image": "mailer:1", "identity": {"aws": {}}})

    cluster_output = {"name": "n", "version": "1.35", "endpoint": "e", "identity": "i"}
    engine.says("pulumi:pulumi:StackReference", outputs={"cluster": cluster_output, "kubeconfig": "k"})
    engine.run(program)
    return contexts[0]


def test_referenced_cluster_with_settings(engine: Any) -> None:
    context = _referenced(engine, SETTINGS)
    assert (context.ingress.ingress_class, context.grant) == ("alb", None)
    assert context.load_balancers.load_balancer_class == "service.k8s.aws/nlb"
    pods = engine.resources["Deployment/mailer-deployment"].inputs["spec"]["template"]["spec"]
    assert "batch" in {toleration["key"] for toleration in pods["tolerations"]}


def test_referenced_cluster_without_settings(engine: Any) -> None:
    context = _referenced(engine, None)
    assert context == ClusterContext(context.provider)
