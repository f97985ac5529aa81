from collections.abc import Sequence
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.namespace import Namespace
from anykube._workloads.web.args import WebServiceArgs
from anykube._workloads.web.component import WebService
from anykube.dicts import WebServiceArgsDict

UNKNOWN = ClusterContext()
PLAIN = WebServiceArgs(image="shop:1", cluster=UNKNOWN)
WITH_TLS: WebServiceArgsDict = {
    "cluster": UNKNOWN,
    "image": "shop:1",
    "routes": [
        {"host": "shop.localhost", "tls": {"issuer": "cluster"}},
        {"host": "www.shop.localhost", "paths": [{"path": "/x"}], "tls": {"issuer": "cluster"}},
    ],
}


class Authority:
    """Signs nothing, but a resource tells for which hosts it was asked."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        signed = pulumi.CustomResource("test:index:Certificate", name, {"hosts": list(hosts)}, opts)
        return signed.id, pulumi.Output.secret("KEY")


def everything() -> WebService:
    env: Any = {"PASSWORD": pulumi.Output.secret("hush"), "MODE": "fast"}
    return WebService("shop", {**WITH_TLS, "cluster": ClusterContext(issuer=Authority()), "env": env})


@pytest.fixture
def whole(engine: Any) -> Any:
    engine.run(everything)
    return engine


def needs(engine: Any, key: str) -> set[str]:
    by_urn = {registered.urn: found for found, registered in engine.resources.items()}
    return {by_urn[urn] for urn in engine.resources[key].dependencies}


def test_children(whole: Any) -> None:
    resources = whole.resources
    assert {key: resources[key].type for key in resources if resources[key].type.startswith("kubernetes:")} == {
        "Namespace/shop-namespace": "kubernetes:core/v1:Namespace",
        "NetworkPolicy/shop-others": "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "NetworkPolicy/shop-network-policy": "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "ServiceAccount/shop-service-account": "kubernetes:core/v1:ServiceAccount",
        "Secret/shop-env": "kubernetes:core/v1:Secret",
        "Secret/shop-tls": "kubernetes:core/v1:Secret",
        "Deployment/shop-deployment": "kubernetes:apps/v1:Deployment",
        "PodDisruptionBudget/shop-budget": "kubernetes:policy/v1:PodDisruptionBudget",
        "Service/shop-service": "kubernetes:core/v1:Service",
        "Ingress/shop-ingress": "kubernetes:networking.k8s.io/v1:Ingress",
    }
    component, namespace = resources["WebService/shop"], resources["Namespace/shop"]
    assert component.type == "anykube:index:WebService"
    for key, registered in resources.items():
        if key in ("Namespace/shop-namespace", "NetworkPolicy/shop-others"):
            assert registered.parent == namespace.urn
        elif key != "WebService/shop":
            assert registered.parent == component.urn


def test_order_up_and_down(whole: Any) -> None:
    namespace, deployment = "Namespace/shop-namespace", "Deployment/shop-deployment"
    account, env, tls = "ServiceAccount/shop-service-account", "Secret/shop-env", "Secret/shop-tls"
    assert needs(whole, account) == {namespace}
    assert needs(whole, env) == {namespace}
    assert needs(whole, tls) == {namespace, "Certificate/shop-tls"}
    assert needs(whole, deployment) == {namespace, account, env, tls, "NetworkPolicy/shop-network-policy"}
    assert needs(whole, "Service/shop-service") == {namespace, deployment}
    assert needs(whole, "Ingress/shop-ingress") == {namespace, deployment}


def test_secrets_are_secret(whole: Any) -> None:
    env, tls = whole.resources["Secret/shop-env"], whole.resources["Secret/shop-tls"]
    assert env.inputs["data"] == ("secret", {"PASSWORD": "aHVzaA=="})
    marker, content = tls.inputs["data"]
    assert marker == "secret"
    assert content["tls.key"] == "S0VZ"
    for secret in (env, tls):
        assert set(secret.secret_outputs) == {"data", "stringData"}
    template = whole.resources["Deployment/shop-deployment"].inputs["spec"]["template"]
    assert template["metadata"]["annotations"]["checksum/env"][0] == "secret"
    assert "hush" not in str(template)


def test_one_certificate_for_all_hosts(whole: Any) -> None:
    assert whole.resources["Certificate/shop-tls"].inputs == {"hosts": ["shop.localhost", "www.shop.localhost"]}


def test_outputs_are_registered(whole: Any) -> None:
    assert whole.outputs[whole.resources["WebService/shop"].urn] == {
        "namespace": "shop",
        "urls": ["https://shop.localhost/", "https://www.shop.localhost/x"],
    }


def test_exposes_its_children(engine: Any) -> None:
    made: list[WebService] = []
    engine.run(lambda: made.extend((everything(), WebService("plain", PLAIN))))

    whole, plain = made
    assert whole.ingress is not None
    assert plain.ingress is None
    for child in (whole.service_account, whole.deployment, whole.service, whole.ingress):
        assert child.pulumi_resource_name.startswith("shop-")
    assert (plain.namespace, list(plain.urls)) == ("plain", [])


def test_children_use_the_provider_of_the_component(engine: Any) -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("kubernetes", "cluster", {})
        WebService("shop", PLAIN, opts=pulumi.ResourceOptions(provider=provider))

    engine.run(program)

    provider = engine.resources["kubernetes/cluster"]
    of_kubernetes = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(of_kubernetes) == 7
    for registered in of_kubernetes:
        assert registered.provider.startswith(provider.urn), registered.name


@pytest.mark.parametrize("named", [False, True])
def test_the_provider_is_the_clusters_unless_the_options_name_one(engine: Any, named: bool) -> None:
    def program() -> None:
        of_cluster = pulumi.ProviderResource("kubernetes", "of-cluster", {})
        of_options = pulumi.ProviderResource("kubernetes", "of-options", {})
        opts = pulumi.ResourceOptions(providers=[of_options]) if named else None
        WebService("shop", {"cluster": ClusterContext(of_cluster), "image": "shop:1"}, opts)

    engine.run(program)

    used = engine.resources[f"kubernetes/{'of-options' if named else 'of-cluster'}"].urn
    of_kubernetes = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(of_kubernetes) == 7
    assert [r.name for r in of_kubernetes if not r.provider.startswith(used)] == []


@pytest.mark.parametrize(("namespace", "expected"), [(None, "shop"), ("till", "till")])
def test_namespace_of_every_object(engine: Any, namespace: str | None, expected: str) -> None:
    engine.run(lambda: WebService("shop", {"cluster": UNKNOWN, "image": "shop:1", "namespace": namespace}))

    assert (f"Namespace/{expected}" in engine.resources) == (namespace is None)
    for key in ("ServiceAccount/shop-service-account", "Deployment/shop-deployment", "Service/shop-service"):
        assert engine.resources[key].inputs["metadata"]["namespace"] == expected


def test_namespace_that_apps_share(engine: Any) -> None:
    def program() -> None:
        shared = Namespace("till", {"cluster": UNKNOWN})
        for app in ("shop", "stock"):
            WebService(app, {"cluster": UNKNOWN, "image": "shop:1", "namespace": shared})

    engine.run(program)

    assert [key for key in engine.resources if key.startswith("Namespace/")] == [
        "Namespace/till",
        "Namespace/till-namespace",
    ]
    for app in ("shop", "stock"):
        assert needs(engine, f"ServiceAccount/{app}-service-account") == {"Namespace/till-namespace"}
        assert engine.resources[f"Deployment/{app}-deployment"].inputs["metadata"]["namespace"] == "till"


def test_transforms_see_every_object(engine: Any) -> None:
    def annotated(manifest: Manifest) -> Manifest:
        metadata = manifest["metadata"]
        assert isinstance(metadata, dict)
        return {**manifest, "metadata": {**metadata, "annotations": {"team": "till"}}}

    cluster = ClusterContext(issuer=Authority())
    engine.run(lambda: WebService("shop", {**WITH_TLS, "cluster": cluster, "transforms": [annotated]}))

    of_kubernetes = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(of_kubernetes) == 9
    for registered in of_kubernetes:
        assert registered.inputs["metadata"]["annotations"] == {"team": "till"}, registered.name


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("shop", {"replicas": 2}, r"^WebService shop: image is missing\. Add it here\.$"),
        ("shop", {"image": "a:1", "port": 0, "env": {"1": "x"}}, r"env\.1 is not allowed as a name(.|\n)*port is 0"),
        ("1shop", {"image": "a:1"}, r"^WebService '1shop': its name becomes a host name"),
        (
            "shop",
            WITH_TLS,
            r"^WebService shop: the TLS of host shop\.localhost has issuer: cluster, but the cluster has",
        ),
        ("shop", {"image": "a:1", "env": {"A": {"secret": "x"}}}, r"env\.A refers to the secret x"),
        ("shop", {"image": "a:1", "namespace": "No"}, r"^WebService shop: namespace.*must be at most 63"),
        ("shop", {"image": "a:1", "cluster": "prod"}, r"^WebService shop: cluster.*must be a cluster component"),
        ("shop", {"image": "a:1", "imgae": "b"}, r"^WebService shop: imgae is not a known field"),
    ],
)
def test_mistakes_are_sentences_before_anything_is_registered(engine: Any, name: str, args: Any, sentence: str) -> None:
    def program() -> None:
        whole: Any = {"cluster": UNKNOWN, **args}
        with pytest.raises(pulumi.RunError, match=sentence):
            WebService(name, whole)

    engine.run(program)

    assert engine.resources == {}
