"""The API server accepts rendered manifests, with strict field validation and Pod Security "restricted" enforced."""

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.app import AppSpec
from anykube._workloads.load_balancers import LOAD_BALANCERS
from anykube._workloads.namespace import namespace_manifest
from anykube._workloads.worker.spec import WorkerSpec
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.api_rules.tables import Row, rows
from tests.components.workloads.rendering import CONTEXT, RENDER, rendered, template
from tests.components.workloads.specs import specs
from tests.e2e.checkout import Checkout, CommandResult

APP, NAMESPACE = "judged", "court"
Judge = Callable[..., CommandResult]


@pytest.fixture(scope="module")
def judge(checkout: Checkout) -> Judge:
    """Applies manifests to a local cluster with Kubernetes 1.36 as a dry run, in a namespace created as by Anykube."""
    with checkout.edit_settings() as stack_settings:
        stack_settings["apps"] = {}
        stack_settings["cluster"]["gateway_api"] = True
    checkout.make("up")
    folder = checkout.folder / ".anykube"

    def apply(manifests: list[Any], *options: str, ok: bool = True) -> CommandResult:
        file = folder / "judged.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}))
        kubectl = (
            "--kubeconfig",
            str(folder / "test.kubeconfig"),
            "apply",
            "--server-side",
            "--validate=strict",
            *options,
        )
        return checkout.run("kubectl", *kubectl, "-f", str(file), environment=checkout.environment, ok=ok)

    version = json.loads(checkout.kubectl("version", "-o", "json").out)["serverVersion"]
    assert (version["major"], version["minor"]) == ("1", "36")
    checkout.kubectl("apply", "-f", str(Path(__file__).with_name("crds.yaml")))
    checkout.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": APP, "namespace": NAMESPACE}}
    apply([namespace_manifest(NAMESPACE)])
    apply([account])
    return lambda manifests, ok=True: apply(manifests, "--dry-run=server", "--force-conflicts", ok=ok)


def pod(objects: dict[str, Any]) -> list[Any]:
    """A pod from the template. For workloads, Pod Security only warns; it rejects only pods."""
    pod_template = template(objects)
    if pod_template is None:
        return []
    claims = objects.get("stateful-set", {}).get("spec", {}).get("volumeClaimTemplates", [])
    volumes = [{"name": c["metadata"]["name"], "persistentVolumeClaim": {"claimName": "x"}} for c in claims]
    metadata = {**pod_template["metadata"], "name": "pod", "namespace": NAMESPACE}
    spec = {**pod_template["spec"], "volumes": [*pod_template["spec"]["volumes"], *volumes]}
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}]


@pytest.mark.parametrize("kind", RENDER, ids=lambda kind: kind.__name__)
def test_api_server_accepts_any_spec(judge: Judge, kind: type[AppSpec]) -> None:
    pools, google = CONTEXT.pools, LOAD_BALANCERS["gcp", "standard"]
    others = (ClusterContext(pools=pools), ClusterContext(pools=pools, load_balancers=google))
    contexts = cycle((CONTEXT, *others))

    # No shrinking, because each example is a request to the API server.
    @seed(1)
    @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(specs(kind))
    def check(spec: AppSpec) -> None:
        objects = rendered(APP, NAMESPACE, spec, next(contexts))
        result = judge([*objects.values(), *pod(objects)])
        assert "Warning" not in result.err, result.err
        assert result.out.count("serverside-applied") == len(objects) + len(pod(objects))

    check()


def named_rows(*verdicts: str) -> tuple[dict[str, Row], list[Any]]:
    """The rows with these verdicts by a unique name, and their objects with these names."""
    by_name = {f"row-{number:03}": row for number, row in enumerate(rows(*verdicts))}
    return by_name, [
        {**row.manifest, "metadata": {**row.manifest["metadata"], "name": name}} for name, row in by_name.items()
    ]


def test_accepts_what_the_check_accepts_or_rejects_as_surely_mistaken(judge: Judge) -> None:
    by_name, objects = named_rows("valid", "stricter")
    result = judge(objects)
    assert not {name: row for name, row in by_name.items() if name not in result.out}


def test_rejects_what_the_check_rejects(judge: Judge) -> None:
    by_name, objects = named_rows("invalid")
    result = judge(objects, ok=False)
    assert result.out.strip() == ""
    # The server names the object of each mistake.
    assert not {name: row for name, row in by_name.items() if name not in result.err}


def test_unknown_field_is_rejected(judge: Judge) -> None:
    objects = rendered(APP, NAMESPACE, specs_of_a_worker())
    deployment = objects["deployment"]
    judge([deployment])
    deployment["spec"]["replica"] = 1
    assert 'unknown field "replica"' in judge_refuses(judge, deployment)


def test_pod_security_restricted_is_enforced(judge: Judge) -> None:
    [objects] = pod(rendered(APP, NAMESPACE, specs_of_a_worker()))
    judge([objects])
    del objects["spec"]["containers"][0]["securityContext"]["capabilities"]
    assert 'violates PodSecurity "restricted:latest"' in judge_refuses(judge, objects)


def judge_refuses(judge: Judge, manifest: Any) -> str:
    result = judge([manifest], ok=False)
    assert result.code != 0
    return result.err


def specs_of_a_worker() -> AppSpec:
    return WorkerSpec(image="registry.example/worker:1.0.0")
