from collections.abc import Callable
from typing import Any

import pulumi
from anykube._clusters.context import ClusterContext
from anykube._model import TextInput
from anykube._workloads.pods.values import SecretRef
from anykube._workloads.worker.manifests import manifests
from anykube._workloads.worker.spec import WorkerSpec

Settled = Callable[[Callable[[], object]], Any]


def made(settled: Settled, plain: str = "a", late: str = "hush") -> Any:
    def render() -> object:
        files: dict[str, TextInput | SecretRef] = {"/etc/app/a.conf": plain, "/etc/app/key": pulumi.Output.secret(late)}
        spec = WorkerSpec(image="app:1", files=files)
        return {part.suffix: part.manifest for part in manifests("app", "demo", spec, ClusterContext())}

    return settled(render)


def pod(objects: Any) -> Any:
    return objects["deployment"]["spec"]["template"]


def test_plain_files_roll_by_name_and_only_so(settled: Settled) -> None:
    first, second = made(settled), made(settled, plain="b")
    assert first["config"]["immutable"] is True
    assert first["config"]["metadata"]["name"] != second["config"]["metadata"]["name"]
    assert pod(first)["metadata"] == pod(second)["metadata"]
    assert pod(first)["spec"] != pod(second)["spec"]


def test_secret_files_roll_by_checksum_and_only_so(settled: Settled) -> None:
    first, second = made(settled), made(settled, late="other")
    assert first["files"]["metadata"]["name"] == second["files"]["metadata"]["name"] == "app-files"
    assert pod(first)["spec"] == pod(second)["spec"]
    assert pod(first)["metadata"]["annotations"].keys() == {"checksum/files"}
    assert pod(first)["metadata"] != pod(second)["metadata"]
    assert "hush" not in repr(first)


def test_mounted_as_they_were_when_the_pod_began(settled: Settled) -> None:
    mounts = pod(made(settled))["spec"]["containers"][0]["volumeMounts"][1:]
    assert [(mount["mountPath"], mount["subPath"]) for mount in mounts] == [
        ("/etc/app/a.conf", "etc..app..a.conf"),
        ("/etc/app/key", "etc..app..key"),
    ]
