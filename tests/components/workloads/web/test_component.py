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

CLUSTER = ClusterContext()
WITHOUT_ROUTES = WebServiceArgs(image="shop:1", cluster=CLUSTER)
WITH_TLS: WebServiceArgsDict = {
    "cluster": CLUSTER,
    "image": "shop:1",
    "routes": [
        {"host": "shop.localhost", "tls": {"issuer": "cluster"}},
        {"host": "www.shop.localhost", "paths": [{"path": "/x"}], "tls": {"issuer": "cluster"}},
    ],
}


class Issuer:
    """Creates a resource with the requested hosts instead of a certificate."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        signed = pulumi.CustomResource("test:index:Certificate", name, {"hosts": list(hosts)}, opts)
        return signed.id, pulumi.Output.secret("KEY")


def full_service() -> WebService:
    env: Any = {"PASSWORD": pulumi.Output.secret("hush"), "MODE": "fast"}
    return WebService("shop", {**WITH_TLS, "cluster": ClusterContext(issuer=Issuer()), "env": env})


@pytest.fixture
def deployed(engine: Any) -> Any:
    engine.run(full_service)
    return engine


def dependencies(engine: Any, key: str) -> set[str]:
    keys = {registered.urn: key for key, registered in engine.resources.items()}
    return {keys[urn] for urn in engine.resources[key].dependencies}


def test_children(deployed: Any) -> None:
    resources = deployed.resources
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


def test_dependencies_of_the_objects(deployed: Any) -> None:
    namespace, deployment = "Namespace/shop-namespace", "Deployment/shop-deployment"
    account, env, tls = "ServiceAccount/shop-service-account", "Secret/shop-env", "Secret/shop-tls"
    assert dependencies(deployed, account) == {namespace}
    assert dependencies(deployed, env) == {namespace}
    assert dependencies(deployed, tls) == {namespace, "Certificate/shop-tls"}
    assert dependencies(deployed, deployment) == {namespace, account, env, tls, "NetworkPolicy/shop-network-policy"}
    assert dependencies(deployed, "Service/shop-service") == {namespace, deployment}
    assert dependencies(deployed, "Ingress/shop-ingress") == {namespace, deployment}


def test_secrets_are_secret(deployed: Any) -> None:
    env, tls = deployed.resources["Secret/shop-env"], deployed.resources["Secret/shop-tls"]
    assert env.inputs["data"] == ("secret", {"PASSWORD": "aHVzaA=="})
    marker, content = tls.inputs["data"]
    assert marker == "secret"
    assert content["tls.key"] == "S0VZ"
    for secret in (env, tls):
        assert set(secret.secret_outputs) == {"data", "stringData"}
    template = deployed.resources["Deployment/shop-deployment"].inputs["spec"]["template"]
    assert template["metadata"]["annotations"]["checksum/env"][0] == "secret"
    assert "hush" not in str(template)


def test_one_certificate_for_all_hosts(deployed: Any) -> None:
    assert deployed.resources["Certificate/shop-tls"].inputs == {"hosts": ["shop.localhost", "www.shop.localhost"]}


def test_outputs_are_registered(deployed: Any) -> None:
    assert deployed.outputs[deployed.resources["WebService/shop"].urn] == {
        "namespace": "shop",
        "urls": ["https://shop.localhost/", "https://www.shop.localhost/x"],
    }


def test_exposes_its_children(engine: Any) -> None:
    services: list[WebService] = []
    engine.run(lambda: services.extend((full_service(), WebService("plain", WITHOUT_ROUTES))))

    full, plain = services
    assert full.ingress is not None
    assert plain.ingress is None
    for child in (full.service_account, full.deployment, full.service, full.ingress):
        assert child.pulumi_resource_name.startswith("shop-")
    assert (plain.namespace, list(plain.urls)) == ("plain", [])


def test_children_use_the_provider_of_the_component(engine: Any) -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("kubernetes", "cluster", {})
        WebService("shop", WITHOUT_ROUTES, opts=pulumi.ResourceOptions(provider=provider))

    engine.run(program)

    provider = engine.resources["kubernetes/cluster"]
    kubernetes_resources = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(kubernetes_resources) == 7
    for registered in kubernetes_resources:
        assert registered.provider.startswith(provider.urn), registered.name


@pytest.mark.parametrize("in_options", [False, True])
def test_a_provider_in_the_options_replaces_the_clusters(engine: Any, in_options: bool) -> None:
    def program() -> None:
        cluster_provider = pulumi.ProviderResource("kubernetes", "of-cluster", {})
        options_provider = pulumi.ProviderResource("kubernetes", "of-options", {})
        opts = pulumi.ResourceOptions(providers=[options_provider]) if in_options else None
        WebService("shop", {"cluster": ClusterContext(cluster_provider), "image": "shop:1"}, opts)

    engine.run(program)

    used = engine.resources[f"kubernetes/{'of-options' if in_options else 'of-cluster'}"].urn
    kubernetes_resources = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(kubernetes_resources) == 7
    assert [r.name for r in kubernetes_resources if not r.provider.startswith(used)] == []


@pytest.mark.parametrize(("namespace", "expected"), [(None, "shop"), ("till", "till")])
def test_namespace_of_every_object(engine: Any, namespace: str | None, expected: str) -> None:
    engine.run(lambda: WebService("shop", {"cluster": CLUSTER, "image": "shop:1", "namespace": namespace}))

    assert (f"Namespace/{expected}" in engine.resources) == (namespace is None)
    for key in ("ServiceAccount/shop-service-account", "Deployment/shop-deployment", "Service/shop-service"):
        assert engine.resources[key].inputs["metadata"]["namespace"] == expected


def test_apps_share_a_namespace(engine: Any) -> None:
    def program() -> None:
        shared = Namespace("till", {"cluster": CLUSTER})
        for app in ("shop", "stock"):
            WebService(app, {"cluster": CLUSTER, "image": "shop:1", "namespace": shared})

    engine.run(program)

    assert [key for key in engine.resources if key.startswith("Namespace/")] == [
        "Namespace/till",
        "Namespace/till-namespace",
    ]
    for app in ("shop", "stock"):
        assert dependencies(engine, f"ServiceAccount/{app}-service-account") == {"Namespace/till-namespace"}
        assert engine.resources[f"Deployment/{app}-deployment"].inputs["metadata"]["namespace"] == "till"


def test_transforms_apply_to_every_object(engine: Any) -> None:
    def annotate_service_account(manifest: Manifest) -> Manifest:
        metadata = manifest["metadata"]
        assert isinstance(metadata, dict)
        return {**manifest, "metadata": {**metadata, "annotations": {"team": "till"}}}

    cluster = ClusterContext(issuer=Issuer())
    engine.run(lambda: WebService("shop", {**WITH_TLS, "cluster": cluster, "transforms": [annotate_service_account]}))

    kubernetes_resources = [r for r in engine.resources.values() if r.type.startswith("kubernetes:")]
    assert len(kubernetes_resources) == 9
    for registered in kubernetes_resources:
        assert registered.inputs["metadata"]["annotations"].items() >= {"team": "till"}.items(), registered.name


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("shop", {"replicas": 2}, r"^WebService shop: image: this field is required\. Add it\.$"),
        (
            "shop",
            {"image": "a:1", "port": 0, "env": {"A=B": "x"}},
            r"env\[.A=B.\]: the name is invalid(.|\n)*port: 0 is",
        ),
        ("1shop", {"image": "a:1"}, r"^WebService '1shop': the name must be a valid DNS label"),
        (
            "shop",
            WITH_TLS,
            r"^WebService shop: host shop\.localhost has TLS with issuer: cluster, but the cluster has no issuer\.",
        ),
        ("shop", {"image": "a:1", "env": {"A": {"secret": "x"}}}, r"env\.A refers to the secret x"),
        ("shop", {"image": "a:1", "namespace": "No"}, r"^WebService shop: namespace.*must be at most 63"),
        ("shop", {"image": "a:1", "cluster": "prod"}, r"^WebService shop: cluster.*must be a cluster component"),
        ("shop", {"image": "a:1", "imgae": "b"}, r"^WebService shop: imgae: unknown field"),
    ],
)
def test_rejects_invalid_args_before_registering_anything(engine: Any, name: str, args: Any, message: str) -> None:
    def program() -> None:
        all_args: Any = {"cluster": CLUSTER, **args}
        with pytest.raises(pulumi.RunError, match=message):
            WebService(name, all_args)

    engine.run(program)

    assert engine.resources == {}
