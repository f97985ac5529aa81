"""Workloads that Pulumi reported as deployed, as the API server returns them."""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube_cli import rollouts as module
from anykube_cli.cluster_api import ClusterApi
from anykube_cli.rollouts import wait_until_ready
from anykube_cli.workloads import workloads

from tests.operations.api_server import ApiServer

Json = dict[str, Any]
_TYPES = {
    "Deployment": "kubernetes:apps/v1:Deployment",
    "StatefulSet": "kubernetes:apps/v1:StatefulSet",
    "DaemonSet": "kubernetes:apps/v1:DaemonSet",
    "CronJob": "kubernetes:batch/v1:CronJob",
    "Job": "kubernetes:batch/v1:Job",
    "PersistentVolumeClaim": "kubernetes:core/v1:PersistentVolumeClaim",
    "Service": "kubernetes:core/v1:Service",
    "HorizontalPodAutoscaler": "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
}
_PATHS = {
    "Deployment": "/apis/apps/v1/namespaces/demo/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/demo/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/demo/daemonsets",
    "CronJob": "/apis/batch/v1/namespaces/demo/cronjobs",
    "Job": "/apis/batch/v1/namespaces/demo/jobs",
    "PersistentVolumeClaim": "/api/v1/namespaces/demo/persistentvolumeclaims",
    "Service": "/api/v1/namespaces/demo/services",
}
_PARENT = "urn:pulumi:local-a::anykube::anykube:index:WebService::store"


def _resource(kind: str, name: str = "web", timeout: float = 0, **spec: Any) -> Json:
    """A resource in the state."""
    return {
        "urn": f"urn:pulumi:local-a::anykube::anykube:index:WebService${_TYPES[kind]}::{name}",
        "type": _TYPES[kind],
        "id": f"demo/{name}",
        "parent": _PARENT,
        "customTimeouts": {"create": timeout, "update": timeout or 0.01},
        "inputs": {"spec": spec},
    }


def _live(name: str = "web", spec: Json | None = None, **status: Any) -> Json:
    """A live object of generation 3, which its controller has seen."""
    return {
        "metadata": {"name": name, "namespace": "demo", "generation": 3},
        "spec": {"replicas": 2, **(spec or {})},
        "status": {"observedGeneration": 3, **status},
    }


def _condition(kind: str, reason: str, status: str = "True") -> Json:
    return {"type": kind, "reason": reason, "status": status, "message": f"{reason} it says"}


_READY: Json = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}
_DAEMON: Json = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberReady": 2}


@pytest.fixture
def problems(api_server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The reasons and messages of a workload, by its resource in the state and the lists that the server returns."""
    monkeypatch.setattr(module, "_GRACE_SECONDS", 0.0)
    monkeypatch.setattr(module, "_INTERVAL_SECONDS", 0.01)

    def run(resources: list[Json], *lists: list[Json]) -> list[tuple[str, str]]:
        stack = workloads({"resources": resources})
        for workload in stack:
            api_server.add(_PATHS[workload.kind], *lists)
        with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
            return [(entry.problem.reason, entry.problem.message) for entry in wait_until_ready(api, stack)]

    return run


@pytest.mark.parametrize(
    ("resource", "live"),
    [
        (_resource("Deployment", replicas=2), _live(**_READY)),
        (_resource("Deployment", replicas=0), _live(spec={"replicas": 0})),
        (_resource("Deployment", replicas=2), _live(spec={"paused": True}, **_READY)),
        (_resource("Deployment", replicas=1), _live(**_READY)),
        (_resource("StatefulSet", replicas=2), _live(**_READY)),
        (
            _resource("StatefulSet", replicas=2),
            _live(spec={"updateStrategy": {"type": "OnDelete"}}, **{**_READY, "updatedReplicas": 0}),
        ),
        (
            _resource("StatefulSet", replicas=2),
            _live(spec={"updateStrategy": {"rollingUpdate": {"partition": 1}}}, **{**_READY, "updatedReplicas": 1}),
        ),
        (_resource("DaemonSet"), _live(**_DAEMON)),
        (_resource("DaemonSet"), _live(desiredNumberScheduled=0)),
        (_resource("CronJob"), _live(spec={"suspend": False})),
        (_resource("CronJob", suspend=True), _live(spec={"suspend": True})),
        (_resource("Job"), _live(conditions=[_condition("Complete", "Done")])),
        (_resource("Service"), _live()),
        (_resource("PersistentVolumeClaim"), _live(phase="Pending")),  # no pod uses it yet
    ],
)
def test_a_workload_that_is_ready(problems: Any, resource: Json, live: Json) -> None:
    assert problems([resource], [live]) == []


@pytest.mark.parametrize(
    ("resource", "live", "reason", "message"),
    [
        # The old ReplicaSet is scaled, and the new one not created yet.
        (_resource("Deployment", replicas=2), _live(replicas=2, readyReplicas=2), "", "0 of 2 pods are updated"),
        (
            _resource("Deployment", replicas=2),
            _live(replicas=3, updatedReplicas=2, readyReplicas=2),
            "",
            "1 pods of another revision still run",
        ),
        (_resource("Deployment", replicas=2), _live(**{**_READY, "readyReplicas": 1}), "", "1 of 2 pods are ready"),
        (_resource("Deployment", replicas=2), _live(**{**_READY, "observedGeneration": 2}), "", "not seen"),
        (
            _resource("Deployment", replicas=2),
            _live(spec={"paused": True}, replicas=2, readyReplicas=2),
            "Paused",
            "kubectl rollout resume deployment/web -n demo",
        ),
        (_resource("Deployment", replicas=3), _live(**_READY), "Scaled", "scaled it to 2 pods; its settings say 3"),
        (_resource("StatefulSet", replicas=2), _live(**{**_READY, "updatedReplicas": 1}), "", "1 of 2 pods are up"),
        (_resource("StatefulSet", replicas=2), _live(**{**_READY, "readyReplicas": 1}), "", "1 of 2 pods are ready"),
        (_resource("StatefulSet", replicas=2), _live(**{**_READY, "observedGeneration": 2}), "", "not seen"),
        (_resource("StatefulSet", replicas=2), _live(spec={"replicas": 0}), "Scaled", "scaled it to 0 pods"),
        (_resource("DaemonSet"), _live(**{**_DAEMON, "numberReady": 1}), "", "1 of 2 pods are ready"),
        (_resource("DaemonSet"), _live(**{**_DAEMON, "updatedNumberScheduled": 0}), "", "0 of 2 pods are updated"),
        (_resource("CronJob"), _live(spec={"suspend": True}), "Suspended", "suspended it outside Anykube"),
        (_resource("Job"), _live(), "", "the job has not finished"),
        (_resource("PersistentVolumeClaim"), _live(phase="Lost"), "Lost", "its volume does not exist any longer"),
        (
            _resource("Job"),
            _live(conditions=[_condition("Failed", "BackoffLimitExceeded")]),
            "BackoffLimitExceeded",
            "BackoffLimitExceeded it says",
        ),
    ],
)
def test_a_workload_that_is_not_ready(problems: Any, resource: Json, live: Json, reason: str, message: str) -> None:
    [(actual, text)] = problems([resource], [live])
    assert actual == reason
    assert message in text


@pytest.mark.parametrize("kind", _PATHS)
def test_case_05_a_workload_that_was_deleted(problems: Any, kind: str) -> None:
    assert problems([_resource(kind)], []) == [("NotFound", "it does not exist in the cluster")]


def test_kubernetes_removes_a_finished_job(problems: Any) -> None:
    assert problems([_resource("Job", ttlSecondsAfterFinished=60)], []) == []


def test_waits_for_a_rollout_in_progress(problems: Any) -> None:
    rollout, ready = _live(**{**_READY, "updatedReplicas": 1}), _live(**_READY)
    for kind in ("Deployment", "StatefulSet"):
        assert problems([_resource(kind, timeout=60, replicas=2)], [rollout], [rollout], [ready]) == []
    failed = _live(conditions=[_condition("Progressing", "ProgressDeadlineExceeded", "False")], replicas=2)
    resource = _resource("Deployment", timeout=60, replicas=2)
    assert problems([resource], [rollout], [failed]) == [("", "0 of 2 pods are updated")]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_that_is_being_deleted(problems: Any, kind: str) -> None:
    live = _live(**_READY)
    live["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["example.com/backup"]}
    [(reason, message)] = problems([_resource(kind, replicas=2)], [live])
    assert reason == "Terminating"
    assert message == "it is being deleted since 2026-01-01T00:00:00Z, and waits for example.com/backup"


def test_a_claim_that_somebody_deleted(problems: Any, api_server: ApiServer) -> None:
    def claim(name: str) -> Json:
        return {"metadata": {"name": name, "namespace": "demo", "deletionTimestamp": "2026-01-01T00:00:00Z"}}

    resource = _resource("PersistentVolumeClaim", "web-data")
    message = "somebody deleted the claim {}: its data goes when its last pod ends"
    assert problems([resource], [claim("web-data")]) == [("ClaimDeleted", message.format("web-data"))]
    live = _live(spec={"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}, **_READY)
    api_server.add(_PATHS["PersistentVolumeClaim"], [claim("data-web-2"), claim("other-web-0")])
    assert problems([_resource("StatefulSet", replicas=2)], [live]) == []
    api_server.add(_PATHS["PersistentVolumeClaim"], [claim("data-web-1")])
    assert problems([_resource("StatefulSet", replicas=2)], [live]) == [("ClaimDeleted", message.format("data-web-1"))]


@pytest.mark.parametrize(("replicas", "reasons"), [(0, ["AutoscalerStopped"]), (1, [])])
def test_an_autoscaler_sets_the_number_of_pods(problems: Any, replicas: int, reasons: list[str]) -> None:
    target: Mapping[str, Any] = {"kind": "Deployment", "name": "web"}
    resources = [_resource("Deployment", replicas=2), _resource("HorizontalPodAutoscaler", scaleTargetRef=target)]
    live = _live(spec={"replicas": replicas}, replicas=replicas, updatedReplicas=replicas, readyReplicas=replicas)
    assert [reason for reason, _ in problems(resources, [live])] == reasons


def test_a_failed_update_changed_the_number_of_pods(problems: Any) -> None:
    """The state has the inputs of the last successful update, and the outputs of the failed one."""
    failed = {
        **_resource("Deployment", replicas=5),
        "outputs": {"spec": {"replicas": 2}},
        "initErrors": ["'web' timed out waiting to be Ready"],
    }
    late = _condition("Progressing", "ProgressDeadlineExceeded", "False")
    live = _live(replicas=3, updatedReplicas=1, readyReplicas=2, conditions=[late])
    assert [message for _, message in problems([failed], [live])] == ["1 of 2 pods are updated"]
    assert problems([failed], [_live(spec={"replicas": 1})])[0][0] == "Scaled"


def test_names_a_renamed_app() -> None:
    former, same = workloads({"resources": [_resource("Deployment"), _resource("Deployment", "store")]})
    assert (str(former), str(same)) == ("Deployment demo/web (app store)", "Deployment demo/store")


def test_ignores_objects_to_be_deleted_and_of_other_kinds() -> None:
    role = {**_resource("Service"), "type": "kubernetes:rbac.authorization.k8s.io/v1:Role"}
    assert workloads({"resources": [{**_resource("Deployment"), "delete": True}, role]}) == []
