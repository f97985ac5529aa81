"""Checks in the cluster that the Deployments of a stack are rolled out, after Pulumi reported success.

Pulumi can report success too early. If an update changes both the replicas and the pod template, the Deployment
controller scales the existing ReplicaSet and sets observedGeneration before it creates the new ReplicaSet. If the
Kubernetes provider reads the Deployment at that moment, it takes the old revision for the new one: pulumi-kubernetes
4.25, pkg/await/deployment.go, changeTriggeredRollout.
"""

from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import Any

from anykube._workloads.routes.hosts import next_name
from anykube.settings.model import StackSettings
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.cluster_api import DEPLOYMENTS, MANAGED, ClusterApi

_GRACE_SECONDS = 10.0
"""Time for the controller to report a failed rollout, after the Deployment's own deadline."""


Deployments = Mapping[str, Mapping[str, Any]]
"""Objects by NAMESPACE/NAME."""


def failed(kubeconfig: str, settings: StackSettings) -> list[str]:
    """The Deployments, as NAMESPACE/NAME, whose rollout failed. Waits for rollouts in progress.

    Raises UnreachableError.
    """
    names = {
        (spec.namespace or settings.namespace, (spec.renamed_from or (app,))[0]) for app, spec in settings.apps.items()
    }
    names |= {(namespace, next_name(app)) for namespace, app in names}
    with ClusterApi(kubeconfig) as api:
        return sorted(_wait_until_failed(partial(_unfinished, api, names)))


def _unfinished(api: ClusterApi, names: Set[tuple[str, str]]) -> Deployments:
    deployments = {
        (item["metadata"]["namespace"], item["metadata"]["name"]): item
        for item in api.items(DEPLOYMENTS, labels=MANAGED)
    }
    return {
        "/".join(name): deployment
        for name, deployment in deployments.items()
        if name in names and not _finished(deployment)
    }


def _wait_until_failed(unfinished: Callable[[], Deployments]) -> Deployments:
    """The Deployments that are still unfinished when each has failed or passed its deadline."""
    deployments = unfinished()
    if not deployments:
        return deployments
    deadlines = [deployment["spec"]["progressDeadlineSeconds"] for deployment in deployments.values()]
    in_progress = retry_if_result(lambda deployments: not all(map(_has_failed, deployments.values())))
    stop = stop_after_delay(max(deadlines) + _GRACE_SECONDS)
    try:
        return Retrying(stop=stop, wait=wait_fixed(0.5), retry=in_progress)(unfinished)
    except RetryError as error:
        last: Deployments = error.last_attempt.result()
        return last


def _finished(deployment: Mapping[str, Any]) -> bool:
    """Whether the current pod template became available. Pods that failed later do not count."""
    status, replicas = deployment["status"], deployment["spec"]["replicas"]
    observed = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    updated = status.get("updatedReplicas", 0) >= replicas
    return observed and updated and _progress(deployment) == "NewReplicaSetAvailable"


def _has_failed(deployment: Mapping[str, Any]) -> bool:
    return _progress(deployment) == "ProgressDeadlineExceeded"


def _progress(deployment: Mapping[str, Any]) -> str:
    conditions = deployment["status"].get("conditions", [])
    return next((condition["reason"] for condition in conditions if condition["type"] == "Progressing"), "")
