"""A real API server with Kubernetes 1.36, without Pulumi. It starts in four seconds; a module's tests share it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from anykube._model import WITHOUT_RULES
from anykube._workloads.namespace import namespace_manifest
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.objects import AppObject, stack_objects
from anykube_cli.dry_run.api import DryRunApi, workers
from anykube_cli.dry_run.judge import Judged, judge
from anykube_cli.dry_run.verdict import Accepted, Refused, Unjudged, Verdict
from anykube_cli.kubeconfig import session
from anykube_cli.kubernetes.cluster import Cluster, ClusterSettings
from anykube_cli.kubernetes.gateways import install_gateway_api
from anykube_cli.toolchain import home
from ruamel.yaml import YAML
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

T = TypeVar("T")
_CRDS = Path(__file__).with_name("crds.yaml")
_LOCAL: Mapping[str, Any] = {"cloud": "local", "pools": {"gpu": {"count": 1}}, "gateway_api": True}
_PULUMI = "pulumi-kubernetes-0123abcd"
"""Named like the field managers of Pulumi's provider."""


@dataclass(frozen=True)
class ApiServer:
    """The server, and requests that a run would send."""

    kubeconfig: str
    folder: Path
    """Empty folder for settings files."""

    def settings(self, apps: Mapping[str, Any], **fields: Any) -> StackSettings:
        """Loads settings with these apps from a YAML file, as `anykube check` does. Raises SettingsError."""
        file = self.folder / "stack.yaml"
        YAML().dump({"cluster": dict(_LOCAL), "apps": apps, **fields}, file)
        return load("stack", self.folder)

    def unchecked_settings(self, apps: Mapping[str, Any], namespace: str) -> StackSettings:
        """Settings with these apps that only have the right types."""
        data = {"cluster": _LOCAL, "namespace": namespace, "apps": apps}
        return StackSettings.model_validate_json(json.dumps(data), context=WITHOUT_RULES)

    def judge(self, apps: Mapping[str, Any], **fields: Any) -> list[Judged]:
        """Dry run of all objects of these apps."""
        return self.judge_objects(stack_objects(self.settings(apps, **fields)))

    def judge_objects(self, objects: Sequence[AppObject]) -> list[Judged]:
        """Dry run of these objects."""
        with DryRunApi(self.kubeconfig) as api:
            return judge(api, objects)

    def create(self, namespace: str, manifests: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """Dry run of the creation of each manifest alone."""
        with DryRunApi(self.kubeconfig) as api, workers() as pool:
            kinds = api.kinds(manifest["apiVersion"] for manifest in manifests)
            return list(
                pool.map(
                    lambda it: api.create(kinds[it["apiVersion"], it["kind"]], _in_namespace(it, namespace)), manifests
                )
            )

    def apply(self, *manifests: Mapping[str, Any], manager: str = _PULUMI) -> None:
        """Applies manifests as Pulumi's provider does."""
        with DryRunApi(self.kubeconfig) as api, session(self.kubeconfig) as client:
            kinds = api.kinds(manifest["apiVersion"] for manifest in manifests)
            for manifest in manifests:
                metadata = manifest["metadata"]
                collection = kinds[manifest["apiVersion"], manifest["kind"]].collection(metadata.get("namespace", ""))
                response = client.patch(
                    f"{collection}/{metadata['name']}",
                    params={"fieldManager": manager, "force": "true"},
                    headers={"Content-Type": "application/apply-patch+yaml"},
                    json=manifest,
                )
                assert response.is_success, response.text

    def deploy(self, apps: Mapping[str, Any], **fields: Any) -> None:
        """Creates or updates the objects of these apps."""
        self.apply(*(item.manifest for item in stack_objects(self.settings(apps, **fields))))

    def create_namespace(self, name: str) -> None:
        """Creates a namespace as Anykube does, in which pods can be created."""
        self.apply(restricted_namespace(name))
        # Pods are refused until a controller has created the namespace's service account.
        wait_for(lambda: self.get(f"/api/v1/namespaces/{name}/serviceaccounts")["items"])

    def get(self, path: str) -> Any:
        """The response to a GET request."""
        with session(self.kubeconfig) as client:
            response = client.get(path)
        assert response.is_success, response.text
        return response.json()


def wait_for(result: Callable[[], T]) -> T:
    """The first result that is not empty."""
    return Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.1), retry=retry_if_not_result(bool))(result)


@contextmanager
def started(folder: Path, *, definitions: bool = True) -> Iterator[ApiServer]:
    """Starts a server. `definitions`: with the Gateway API and the other custom resources that apps may use."""
    home.prepare()
    cluster = Cluster("api", folder / "cluster")
    try:
        cluster.create(ClusterSettings(version="1.36", unpullable_images="", crashing_images=""))
        (folder / "settings").mkdir()
        server = ApiServer(cluster.kubeconfig(), folder / "settings")
        version = server.get("/version")
        assert (version["major"], version["minor"]) == ("1", "36")
        if definitions:
            install_gateway_api(cluster)
            custom = list(yaml.safe_load_all(_CRDS.read_text()))
            server.apply(*custom)
            with cluster.api() as api:
                for definition in custom:
                    spec = definition["spec"]
                    version_name = spec["versions"][0]["name"]
                    api.wait_served(f"/apis/{spec['group']}/{version_name}/{spec['names']['plural']}", 30)
        yield server
    finally:
        cluster.delete()


def _in_namespace(manifest: Mapping[str, Any], namespace: str) -> Mapping[str, Any]:
    return {**manifest, "metadata": {"namespace": namespace, **manifest["metadata"]}}


def restricted_namespace(name: str) -> Mapping[str, Any]:
    """A namespace as Anykube creates it."""
    document: Mapping[str, Any] = json.loads(json.dumps(namespace_manifest(name)))
    return document


def refusals(judged: Sequence[Judged]) -> list[str]:
    """What the server refuses: `KIND: FIELD: MESSAGE`."""
    return [
        f"{'Pod' if item.is_pod else item.object.manifest['kind']}: {mistake.field}: {mistake.message}"
        for item in judged
        if isinstance(item.verdict, Refused)
        for mistake in item.verdict.mistakes
    ]


def unjudged(judged: Sequence[Judged]) -> set[str]:
    """Why objects could not be judged."""
    return {item.verdict.reason for item in judged if isinstance(item.verdict, Unjudged)}


def warnings(judged: Sequence[Judged]) -> set[str]:
    """The server's warnings."""
    return {text for item in judged if isinstance(item.verdict, Accepted) for text in item.verdict.warnings}
