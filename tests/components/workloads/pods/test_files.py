from collections.abc import Callable
from typing import Any

import pulumi
from anykube._clusters.context import ClusterContext
from anykube._model import TextInput
from anykube._workloads.pods.values import SecretRef
from anykube._workloads.worker.manifests import manifests
from anykube._workloads.worker.spec import WorkerSpec

Settled = Callable[[Callable[[], object]], Any]


def objects(settled: Settled, text: str = "a", secret: str = "hush") -> Any:
    def render() -> object:
        files: dict[str, TextInput | SecretRef] = {
            "/etc/app/a.conf": text,
            "/etc/app/key": pulumi.Output.secret(secret),
        }
        spec = WorkerSpec(image="app:1", files=files)
        return {part.suffix: part.manifest for part in manifests("app", "demo", spec, ClusterContext())}

    return settled(render)


def pod(manifests: Any) -> Any:
    return manifests["deployment"]["spec"]["template"]


def test_text_files_roll_the_pods_only_by_the_name_of_the_config_map(settled: Settled) -> None:
    first, second = objects(settled), objects(settled, text="b")
    assert first["config"]["immutable"] is True
    assert first["config"]["metadata"]["name"] != second["config"]["metadata"]["name"]
    assert pod(first)["metadata"] == pod(second)["metadata"]
    assert pod(first)["spec"] != pod(second)["spec"]


def test_secret_files_roll_the_pods_only_by_checksum(settled: Settled) -> None:
    first, second = objects(settled), objects(settled, secret="other")
    assert first["files"]["metadata"]["name"] == second["files"]["metadata"]["name"] == "app-files"
    assert pod(first)["spec"] == pod(second)["spec"]
    assert pod(first)["metadata"]["annotations"].keys() == {"checksum/files"}
    assert pod(first)["metadata"] != pod(second)["metadata"]
    assert "hush" not in repr(first)


def test_files_are_mounted_with_sub_path(settled: Settled) -> None:
    mounts = pod(objects(settled))["spec"]["containers"][0]["volumeMounts"][1:]
    assert [(mount["mountPath"], mount["subPath"]) for mount in mounts] == [
        ("/etc/app/a.conf", "etc..app..a.conf"),
        ("/etc/app/key", "etc..app..key"),
    ]
