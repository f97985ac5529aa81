import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._workloads.pods.secrets import checksum, env_secret, pull_secret, references, resolve, tls_secret
from anykube._workloads.pods.spec import InitContainer, Login
from anykube._workloads.pods.values import EnvValue, SecretRef
from anykube._workloads.web.spec import WebServiceSpec

Settled = Callable[[Callable[[], object]], Any]


def test_references_are_resolved_by_name(settled: Settled) -> None:
    spec = WebServiceSpec(image="shop:1", env={"PASSWORD": SecretRef(secret="shop-password"), "MODE": "fast"})

    resolved = settled(lambda: resolve(spec, lambda name: pulumi.Output.secret(f"value of {name}")).env)

    assert resolved == {"PASSWORD": "value of shop-password", "MODE": "fast"}
    assert list(resolved) == ["PASSWORD", "MODE"]
    assert spec.env["PASSWORD"] == SecretRef(secret="shop-password")


def test_secret_of_the_environment_has_the_late_values_only(settled: Settled) -> None:
    def make() -> object:
        env: dict[str, EnvValue] = {
            "PASSWORD": pulumi.Output.secret("hüsh"),
            "URL": pulumi.Output.from_input("db:5432"),
            "MODE": "a",
        }
        return env_secret("shop", "demo", WebServiceSpec(image="shop:1", env=env))

    made = settled(make)
    assert made["metadata"]["name"] == "shop-env"
    assert made["metadata"]["namespace"] == "demo"
    assert made["type"] == "Opaque"
    assert {name: base64.b64decode(value).decode() for name, value in made["data"].items()} == {
        "PASSWORD": "hüsh",
        "URL": "db:5432",
    }


def test_no_secret_without_late_values() -> None:
    assert env_secret("shop", "demo", WebServiceSpec(image="shop:1", env={"MODE": "fast"})) is None


def test_secret_of_a_certificate(settled: Settled) -> None:
    made = settled(lambda: tls_secret("shop", "demo", pulumi.Output.from_input("CERT"), pulumi.Output.secret("KEY")))
    assert made["metadata"]["name"] == "shop-tls"
    assert made["type"] == "kubernetes.io/tls"
    assert made["data"] == {"tls.crt": "Q0VSVA==", "tls.key": "S0VZ"}


def test_checksum_is_stable_and_changes_with_names_values_and_app(settled: Settled) -> None:
    def of(salt: str, **values: str) -> Any:
        return settled(lambda: checksum(salt, {name: pulumi.Output.secret(value) for name, value in values.items()}))

    first = of("demo/shop", A="1", B="2")
    assert of("demo/shop", B="2", A="1") == first
    others = [of("demo/shop", A="1", B="3"), of("demo/shop", A="1", C="2"), of("demo/other", A="1", B="2")]
    assert len({first, *others}) == 4


@pytest.mark.parametrize("secret", [True, False])
def test_checksum_is_secret_itself(secret: bool) -> None:
    async def is_secret() -> bool:
        value = pulumi.Output.secret("hush") if secret else pulumi.Output.from_input("hush")
        return await checksum("demo/shop", {"A": value}).is_secret()

    assert asyncio.run(is_secret())


def test_references_anywhere_in_a_spec_are_found_and_resolved(settled: Settled) -> None:
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

    def make() -> object:
        resolved = resolve(spec, lambda name: pulumi.Output.secret(f"value of {name}"))
        assert not list(references(resolved))
        return {"env": env_secret("shop", "demo", resolved), "pull": pull_secret("shop", "demo", resolved)}

    made = settled(make)
    assert base64.b64decode(made["env"]["data"]["proxy.TOKEN"]).decode() == "value of token"
    assert made["pull"]["type"] == "kubernetes.io/dockerconfigjson"
    login = json.loads(base64.b64decode(made["pull"]["data"][".dockerconfigjson"]))["auths"]["registry.example"]
    assert (login["username"], login["password"]) == ("me", "value of pull")
    assert base64.b64decode(login["auth"]).decode() == "me:value of pull"
