"""Whether the Deployments of a page are rolled out, asked of the cluster when the engine is content.

The engine can be content too soon. Where replicas and pods change in one update, the Deployment controller first scales
what is there, and says that it has seen the update, before it makes the new ReplicaSet; the provider, if it looks just
then, finds the old revision ready and takes it for the new one: pulumi-kubernetes 4.25, pkg/await/deployment.go,
changeTriggeredRollout.
"""

from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import Any

from anykube._workloads.routes.hosts import next_name
from anykube.settings.model import StackSettings
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.cluster_api import DEPLOYMENTS, MANAGED, ClusterApi

_SLACK = 10.0
"""Seconds that the controller has, beyond a Deployment's own deadline, to say that it is over."""


Deployments = Mapping[str, Mapping[str, Any]]
"""Objects by NAMESPACE/NAME."""


def failed(kubeconfig: str, page: StackSettings) -> list[str]:
    """The Deployments, as NAMESPACE/NAME, whose rollout has failed; waits for those that are under way.

    Raises UnreachableError.
    """
    names = {(spec.namespace or page.namespace, (spec.renamed_from or (app,))[0]) for app, spec in page.apps.items()}
    names |= {(namespace, next_name(app)) for namespace, app in names}
    with ClusterApi(kubeconfig) as api:
        return sorted(_settled(partial(_unfinished, api, names)))


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


def _settled(unfinished: Callable[[], Deployments]) -> Deployments:
    """Those that are still unfinished once each has failed, or its deadline has passed."""
    rest = unfinished()
    if not rest:
        return rest
    deadline = max(deployment["spec"]["progressDeadlineSeconds"] for deployment in rest.values()) + _SLACK
    under_way = retry_if_result(lambda rest: not all(map(_given_up, rest.values())))
    try:
        return Retrying(stop=stop_after_delay(deadline), wait=wait_fixed(0.5), retry=under_way)(unfinished)
    except RetryError as error:
        last: Deployments = error.last_attempt.result()
        return last


def _finished(deployment: Mapping[str, Any]) -> bool:
    """Whether the present template is the one that got ready. What became of its pods since is another matter."""
    status, wanted = deployment["status"], deployment["spec"]["replicas"]
    seen = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    return seen and status.get("updatedReplicas", 0) >= wanted and _progress(deployment) == "NewReplicaSetAvailable"


def _given_up(deployment: Mapping[str, Any]) -> bool:
    return _progress(deployment) == "ProgressDeadlineExceeded"


def _progress(deployment: Mapping[str, Any]) -> str:
    conditions = deployment["status"].get("conditions", [])
    return next((one["reason"] for one in conditions if one["type"] == "Progressing"), "")
