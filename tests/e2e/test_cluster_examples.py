"""The examples that create a cluster, with the real engine and a real Kubernetes API: each in its simulated cloud."""

import json
import shutil
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from anykube_cli.engine import SECRET_SIGNATURE, SIGNATURE_KEY
from anykube_cli.kubernetes.cluster import all_clusters
from anykube_cli.rehearsal.clouds import RehearsedCloud, list_remaining, simulated_cloud
from cryptography import x509

from tests.e2e.checkout import Checkout, CommandResult

HOSTS = ["shop.example.com", "www.shop.example.com"]
_SUBSCRIPTION = "5f0a1b2c-3d4e-4f5a-8b6c-7d8e9f0a1b2c"
_DNS_ZONE = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/dns/providers/Microsoft.Network/dnsZones/example.com"
_EXTRAS = ("aws-rehearsal", "gcp-rehearsal", "azure-rehearsal")
_TIMEOUT_SECONDS = 15.0
"""For what goes away by itself after a destroy: the volumes and load balancers of controllers, and processes."""

_PREPARE = """
import json, sys
from pathlib import Path
from anykube._clouds.registry import definitions
from anykube_cli import runs
from anykube_cli.rehearsal import workspace
cloud, project, settings = sys.argv[1:]
runs.prepare_toolchain()
spec = definitions()[cloud].model.model_validate_json(settings)
print(json.dumps(dict(workspace.prepare(Path(project).name, spec, project=Path(project)).environment)))
"""
"""Starts the simulated account of a program, and prints the variables of a shell in it."""
_END = """
import sys
from anykube_cli.rehearsal.workspace import Workspace, folder
Workspace(sys.argv[1], folder(sys.argv[1]), {}).end()
"""


@dataclass(frozen=True)
class Cloud:
    """A cloud's example, and the Ingress that its app must have there."""

    name: str
    settings: Mapping[str, Any]
    """What the account is prepared for: the cluster of the example."""
    ingress_class: str | None
    annotations: Mapping[str, str]
    tls: list[Mapping[str, Any]] | None
    config: Mapping[str, str] = field(default_factory=dict)
    """The stack's configuration, as examples/README.md says."""


CLOUDS = {
    "eks": Cloud(
        "aws",
        {"region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]},
        "alb",
        {
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
            "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            "alb.ingress.kubernetes.io/ssl-redirect": "443",
        },
        [{"hosts": [host]} for host in HOSTS],
    ),
    "gke": Cloud(
        "gcp",
        {
            "region": "europe-west1",
            "zones": ["europe-west1-b", "europe-west1-c"],
            "gke": {"project": "my-project"},
        },
        None,
        {
            "kubernetes.io/ingress.class": "gce",
            "networking.gke.io/managed-certificates": "shop",
            "networking.gke.io/v1beta1.FrontendConfig": "shop",
        },
        None,
        {"project": "my-project"},
    ),
    "aks": Cloud(
        "azure",
        {
            "region": "westeurope",
            "zones": ["1", "2", "3"],
            "aks": {"subscription": _SUBSCRIPTION, "dns_zone": _DNS_ZONE},
        },
        "azure-alb-external",
        {
            "alb.networking.azure.io/alb-name": "anykube",
            "alb.networking.azure.io/alb-namespace": "azure-alb-system",
            "cert-manager.io/cluster-issuer": "anykube",
        },
        [{"hosts": [host], "secretName": f"shop.{host}"} for host in HOSTS],
        {"subscription": _SUBSCRIPTION, "dnsZone": _DNS_ZONE},
    ),
}


class Program:
    """A Pulumi program and its stack, in a shell with these variables."""

    def __init__(self, name: str, checkout: Checkout, folder: Path, environment: Mapping[str, str]) -> None:
        self.checkout, self.folder, self.environment = checkout, folder, environment
        self.kubeconfig = checkout.folder / ".anykube" / f"{name}.kubeconfig"

    def pulumi(self, *arguments: str) -> CommandResult:
        return self.checkout.run("pulumi", "-C", str(self.folder), *arguments, environment=self.environment)

    def up(self, **variables: str) -> None:
        command = ("pulumi", "-C", str(self.folder), "up", "--yes", "--skip-preview")
        self.checkout.run(*command, environment={**self.environment, **variables})

    def destroy(self) -> None:
        self.pulumi("destroy", "--yes", "--skip-preview")

    def namespace(self) -> str:
        return str(json.loads(self.pulumi("stack", "output", "--json").out)["namespace"])

    def get(self, *arguments: str) -> list[dict[str, Any]]:
        """The items that `kubectl get … -o json` prints, by the kubeconfig that the program itself uses."""
        if not self.kubeconfig.exists():
            self.kubeconfig.touch(mode=0o600)
            self.kubeconfig.write_text(self._own_kubeconfig())
        command = ("kubectl", "--kubeconfig", str(self.kubeconfig), "get", *arguments, "-o", "json")
        items: list[dict[str, Any]] = json.loads(self.checkout.run(*command, environment=self.environment).out)["items"]
        return items

    def _own_kubeconfig(self) -> str:
        state = json.loads(self.pulumi("stack", "export", "--show-secrets").out)
        resources = state["deployment"]["resources"]
        provider = next(resource for resource in resources if resource["type"] == "pulumi:providers:kubernetes")
        value = provider["inputs"]["kubeconfig"]
        assert value[SIGNATURE_KEY] == SECRET_SIGNATURE, "the kubeconfig is a secret"
        return str(json.loads(value["plaintext"]))


def _check_app(program: Program, hosts: list[str], replicas: int = 2) -> dict[str, Any]:
    """Ready pods in a restricted namespace, and the outputs. Returns the app's Ingress."""
    namespace = program.namespace()
    [space] = program.get("namespaces", "--field-selector", f"metadata.name={namespace}")
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = program.get("pods", "-n", namespace)
    assert len(pods) >= replicas
    for pod in pods:
        assert any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"])
    [ingress] = program.get("ingresses", "-n", namespace)
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == hosts
    return ingress


def _annotations(ingress: Mapping[str, Any]) -> dict[str, str]:
    """Without those of every object."""
    annotations = ingress["metadata"].get("annotations", {})
    return {key: value for key, value in annotations.items() if not key.startswith(("pulumi.com/", "anykube.dev/"))}


@pytest.fixture(scope="module")
def prepared(checkout: Checkout) -> Checkout:
    """A checkout that can rehearse every cloud."""
    extras = [word for extra in _EXTRAS for word in ("--extra", extra)]
    environment = {**checkout.base_environment, "PYTHONPATH": "operations"}
    checkout.run("python3", "-m", "anykube_cli.toolchain.bootstrap", *extras, environment=environment)
    checkout.make("-s", "toolchain")
    return checkout


def _python(checkout: Checkout, script: str, *arguments: str) -> CommandResult:
    return checkout.run(str(checkout.folder / ".anykube" / "venv" / "bin" / "python"), "-c", script, *arguments)


@dataclass(frozen=True)
class Rehearsed:
    """An example in the simulated account of its cloud."""

    cloud: Cloud
    simulated: RehearsedCloud
    program: Program
    source: Path
    """A copy of the example's program, which a test may change."""

    def remains(self, before: frozenset[str] = frozenset()) -> list[str]:
        return list_remaining(self.simulated, self.program.environment, before)

    def unprotect(self) -> None:
        """Lifts the protection by a run of its own, as it has to be before a destroy.

        A program without settings is judged as production, where the rule cluster-protection refuses that.
        """
        file = self.source / "__main__.py"
        text = file.read_text().replace('"name": "shop"', '"name": "shop", "protect": False')
        assert text != file.read_text()
        file.write_text(text)
        self.program.up(PULUMI_OPTION_POLICY_PACK="")


@pytest.fixture
def example(request: pytest.FixtureRequest, prepared: Checkout, tmp_path: Path) -> Iterator[Rehearsed]:
    name: str = request.param
    cloud, source = CLOUDS[name], tmp_path / name
    shutil.copytree(prepared.folder / "examples" / name, source)
    settings = json.dumps({"cloud": cloud.name, "name": "shop", **cloud.settings})
    environment = json.loads(_python(prepared, _PREPARE, cloud.name, str(source), settings).out.splitlines()[-1])
    try:
        project = prepared.folder / ".anykube" / "rehearsals" / name / "project"
        yield Rehearsed(cloud, simulated_cloud(cloud.name), Program(name, prepared, project, environment), source)
    finally:
        _python(prepared, _END, name)


@pytest.mark.parametrize("example", CLOUDS, indirect=True)
def test_example_in_its_cloud(example: Rehearsed) -> None:
    program, cloud = example.program, example.cloud
    before = frozenset(example.remains())
    program.pulumi("stack", "init", "try", "--secrets-provider", "passphrase")
    for key, value in {**cloud.config, **example.simulated.settings(program.environment)}.items():
        program.pulumi("config", "set", key, value)
    program.up()

    ingress = _check_app(program, HOSTS)
    assert ingress["spec"].get("ingressClassName") == cloud.ingress_class
    assert _annotations(ingress) == cloud.annotations
    assert ingress["spec"].get("tls") == cloud.tls
    assert json.loads(program.pulumi("stack", "output", "--json").out)["urls"] == [f"https://{host}/" for host in HOSTS]
    _check_certificate(program, cloud)
    program.pulumi("preview", "--expect-no-changes")

    example.unprotect()
    program.destroy()
    assert _gone(lambda: example.remains(before)) == []


def _check_certificate(program: Program, cloud: Cloud) -> None:
    """The objects beside the Ingress that certificate and redirect need there."""
    namespace = program.namespace()
    if cloud.name == "gcp":
        [certificate] = program.get("managedcertificates.networking.gke.io", "-n", namespace)
        assert certificate["spec"]["domains"] == HOSTS
        [frontend] = program.get("frontendconfigs.networking.gke.io", "-n", namespace)
        assert frontend["spec"]["redirectToHttps"]["enabled"] is True
    if cloud.name == "azure":
        issuers = program.get("clusterissuers.cert-manager.io")
        assert [issuer["metadata"]["name"] for issuer in issuers] == ["anykube"]


def _gone(remaining: Callable[[], list[str]]) -> list[str]:
    """What remains once nothing goes away any more: a simulated controller needs a moment to remove its own."""
    end = time.monotonic() + _TIMEOUT_SECONDS
    while (remains := remaining()) and time.monotonic() < end:
        time.sleep(0.5)
    return remains


def test_local_example(checkout: Checkout) -> None:
    program = Program("local", checkout, checkout.folder / "examples" / "local", checkout.environment)
    hosts = ["shop.localhost", "www.shop.localhost"]
    program.pulumi("stack", "init", "try", "--secrets-provider", "passphrase")
    program.up()

    ingress = _check_app(program, hosts)
    assert ingress["spec"].get("ingressClassName") is None
    assert _annotations(ingress) == {}
    assert ingress["spec"]["tls"] == [{"hosts": [host], "secretName": "shop-tls"} for host in hosts]
    [secret] = program.get("secrets", "-n", program.namespace(), "--field-selector", "metadata.name=shop-tls")
    assert _hosts_of(secret["data"]["tls.crt"]) == hosts
    program.pulumi("preview", "--expect-no-changes")

    program.destroy()
    program.pulumi("stack", "rm", "--yes")
    psutil.wait_procs(checkout.processes(), timeout=_TIMEOUT_SECONDS)
    assert checkout.processes() == []
    assert list(all_clusters(checkout.folder / ".anykube" / "local")) == []
    assert checkout.status == ""


def _hosts_of(certificate: str) -> list[str]:
    """The DNS names in a certificate, PEM in base64 as a Secret has it."""
    names = x509.load_pem_x509_certificate(b64decode(certificate)).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    return names.value.get_values_for_type(x509.DNSName)
