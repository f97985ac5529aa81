"""What the API server says of rendered manifests: strict about fields, and Pod Security "restricted" enforced."""

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

from tests.components.workloads.rendering import CONTEXT, RENDER, rendered, template
from tests.components.workloads.specs import specs
from tests.e2e.checkout import Checkout, CommandResult

APP, NAMESPACE = "judged", "court"
Judge = Callable[..., CommandResult]


@pytest.fixture(scope="module")
def judge(checkout: Checkout) -> Judge:
    """Asks a local cluster of Kubernetes 1.36, in a namespace as Anykube makes them, and keeps nothing."""
    with checkout.edit_settings() as page:
        page["apps"] = {}
        page["cluster"]["gateway_api"] = True
    checkout.make("up")
    folder = checkout.folder / ".anykube"

    def apply(manifests: list[Any], *more: str, ok: bool = True) -> CommandResult:
        file = folder / "judged.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}))
        kubectl = (
            "--kubeconfig",
            str(folder / "test.kubeconfig"),
            "apply",
            "--server-side",
            "--validate=strict",
            *more,
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


def pod(made: dict[str, Any]) -> list[Any]:
    """A pod as the template has it: only of pods themselves is Pod Security more than a warning."""
    of = template(made)
    if of is None:
        return []
    claims = made.get("stateful-set", {}).get("spec", {}).get("volumeClaimTemplates", [])
    volumes = [{"name": c["metadata"]["name"], "persistentVolumeClaim": {"claimName": "x"}} for c in claims]
    metadata = {**of["metadata"], "name": "pod", "namespace": NAMESPACE}
    spec = {**of["spec"], "volumes": [*of["spec"]["volumes"], *volumes]}
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}]


@pytest.mark.parametrize("kind", RENDER, ids=lambda kind: kind.__name__)
def test_any_spec(judge: Judge, kind: type[AppSpec]) -> None:
    pools, google = CONTEXT.pools, LOAD_BALANCERS["gcp", "standard"]
    others = (ClusterContext(pools=pools), ClusterContext(pools=pools, load_balancers=google))
    contexts = cycle((CONTEXT, *others))

    # No shrinking: each try asks the API server.
    @seed(1)
    @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(specs(kind))
    def judged(spec: AppSpec) -> None:
        made = rendered(APP, NAMESPACE, spec, next(contexts))
        said = judge([*made.values(), *pod(made)])
        assert "Warning" not in said.err, said.err
        assert said.out.count("serverside-applied") == len(made) + len(pod(made))

    judged()


def test_it_is_strict(judge: Judge) -> None:
    made = rendered(APP, NAMESPACE, specs_of_a_worker())
    deployment = made["deployment"]
    judge([deployment])
    deployment["spec"]["replica"] = 1
    assert 'unknown field "replica"' in judge_refuses(judge, deployment)


def test_it_enforces_restricted(judge: Judge) -> None:
    [made] = pod(rendered(APP, NAMESPACE, specs_of_a_worker()))
    judge([made])
    del made["spec"]["containers"][0]["securityContext"]["capabilities"]
    assert 'violates PodSecurity "restricted:latest"' in judge_refuses(judge, made)


def judge_refuses(judge: Judge, manifest: Any) -> str:
    said = judge([manifest], ok=False)
    assert said.code != 0
    return said.err


def specs_of_a_worker() -> AppSpec:
    return WorkerSpec(image="registry.example/worker:1.0.0")
