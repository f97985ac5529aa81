import asyncio
import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.pods.secrets import checksum, env_secret, pull_secret, references, resolve, tls_secret
from anykube._workloads.pods.spec import InitContainer, Login
from anykube._workloads.pods.template import PodOptions, pod_template
from anykube._workloads.pods.values import EnvValue, SecretRef
from anykube._workloads.web.spec import WebServiceSpec

Settled = Callable[[Callable[[], object]], Any]


def test_references_are_resolved_by_name(settled: Settled) -> None:
    spec = WebServiceSpec(image="shop:1", env={"PASSWORD": SecretRef(secret="shop-password"), "MODE": "fast"})

    resolved = settled(lambda: resolve(spec, lambda name: pulumi.Output.secret(f"value of {name}")).env)

    assert resolved == {"PASSWORD": "value of shop-password", "MODE": "fast"}
    assert list(resolved) == ["PASSWORD", "MODE"]
    assert spec.env["PASSWORD"] == SecretRef(secret="shop-password")


def test_env_secret_has_only_outputs(settled: Settled) -> None:
    def render() -> object:
        env: dict[str, EnvValue] = {
            "PASSWORD": pulumi.Output.secret("hüsh"),
            "URL": pulumi.Output.from_input("db:5432"),
            "MODE": "a",
        }
        return env_secret("shop", "demo", WebServiceSpec(image="shop:1", env=env))

    secret = settled(render)
    assert secret["metadata"]["name"] == "shop-env"
    assert secret["metadata"]["namespace"] == "demo"
    assert secret["type"] == "Opaque"
    assert {name: base64.b64decode(value).decode() for name, value in secret["data"].items()} == {
        "PASSWORD": "hüsh",
        "URL": "db:5432",
    }


def test_no_env_secret_without_outputs() -> None:
    assert env_secret("shop", "demo", WebServiceSpec(image="shop:1", env={"MODE": "fast"})) is None


def test_tls_secret(settled: Settled) -> None:
    secret = settled(lambda: tls_secret("shop", "demo", pulumi.Output.from_input("CERT"), pulumi.Output.secret("KEY")))
    assert secret["metadata"]["name"] == "shop-tls"
    assert secret["type"] == "kubernetes.io/tls"
    assert secret["data"] == {"tls.crt": "Q0VSVA==", "tls.key": "S0VZ"}


def test_checksum_is_stable_and_changes_with_names_values_and_app(settled: Settled) -> None:
    def checksum_of(salt: str, **values: str) -> Any:
        return settled(lambda: checksum(salt, {name: pulumi.Output.secret(value) for name, value in values.items()}))

    first = checksum_of("demo/shop", A="1", B="2")
    assert checksum_of("demo/shop", B="2", A="1") == first
    other_value = checksum_of("demo/shop", A="1", B="3")
    other_name = checksum_of("demo/shop", A="1", C="2")
    other_app = checksum_of("demo/other", A="1", B="2")
    assert len({first, other_value, other_name, other_app}) == 4


@pytest.mark.parametrize("secret", [True, False])
def test_checksum_is_a_secret_output(secret: bool) -> None:
    async def is_secret() -> bool:
        value = pulumi.Output.secret("hush") if secret else pulumi.Output.from_input("hush")
        return await checksum("demo/shop", {"A": value}).is_secret()

    assert asyncio.run(is_secret())


def test_nested_references_are_resolved(settled: Settled) -> None:
    spec = WebServiceSpec(
        image="shop:1",
        files={"/etc/key": SecretRef(secret="key")},
        registries={"registry.example": Login(username="me", password=SecretRef(secret="pull"))},
        init_containers=(InitContainer(name="proxy", image="proxy:1", env={"TOKEN": SecretRef(secret="token")}),),
    )
    assert {path: reference.secret for path, reference in references(spec)} == {
        "files./etc/key": "key",
        "registries.registry.example.password": "pull",
        "init_containers.0.env.TOKEN": "token",
    }

    def render() -> object:
        resolved = resolve(spec, lambda name: pulumi.Output.secret(f"value of {name}"))
        assert not list(references(resolved))
        return {"env": env_secret("shop", "demo", resolved), "pull": pull_secret("shop", "demo", resolved)}

    secrets = settled(render)
    assert base64.b64decode(secrets["env"]["data"]["proxy.TOKEN"]).decode() == "value of token"
    assert secrets["pull"]["type"] == "kubernetes.io/dockerconfigjson"
    login = json.loads(base64.b64decode(secrets["pull"]["data"][".dockerconfigjson"]))["auths"]["registry.example"]
    assert (login["username"], login["password"]) == ("me", "value of pull")
    assert base64.b64decode(login["auth"]).decode() == "me:value of pull"


@pytest.mark.parametrize("name", ["A", "discovery.type", "ConnectionStrings:Default", "a b"])
def test_a_pod_refers_to_the_keys_that_its_secret_has(settled: Settled, name: str) -> None:
    def objects() -> Any:
        spec = WebServiceSpec(image="shop:1", env={name: pulumi.Output.secret("x")})
        return env_secret("shop", "demo", spec), pod_template("shop", "demo", spec, PodOptions(), ClusterContext())

    secret, pod = settled(lambda: list(objects()))
    [variable] = pod["spec"]["containers"][0]["env"]
    assert list(secret["data"]) == [variable["valueFrom"]["secretKeyRef"]["key"]]
    assert re.fullmatch(r"[-._a-zA-Z0-9]+", *secret["data"])
