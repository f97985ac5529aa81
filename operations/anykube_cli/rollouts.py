"""Whether the Deployments of a page are rolled out, asked of the cluster when the engine is content.

The engine can be content too soon. Where replicas and pods change in one update, the Deployment controller first scales
what is there, and says that it has seen the update, before it makes the new ReplicaSet; the provider, if it looks just
then, finds the old revision ready and takes it for the new one: pulumi-kubernetes 4.25, pkg/await/deployment.go,
changeTriggeredRollout.
"""

import json
from collections.abc import Mapping
from typing import Any

from anykube.settings.document import Page
from anykube.workloads.routes.hosts import next_name
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.live import OURS, kubectl

_SLACK = 10.0
"""Seconds that the controller has, beyond a Deployment's own deadline, to say that it is over."""


def failed(kubeconfig: str, page: Page) -> list[str]:
    """The Deployments, as NAMESPACE/NAME, whose rollout has failed; waits for those that are under way.

    Raises live.UnreachableError.
    """
    ours = {(spec.namespace or page.namespace, (spec.renamed_from or (app,))[0]) for app, spec in page.apps.items()}
    ours |= {(namespace, next_name(app)) for namespace, app in ours}

    def unfinished() -> dict[str, Mapping[str, Any]]:
        found = json.loads(kubectl(kubeconfig, "get", "--raw", f"/apis/apps/v1/deployments{OURS}"))["items"]
        return {
            f"{one['metadata']['namespace']}/{one['metadata']['name']}": one
            for one in found
            if (one["metadata"]["namespace"], one["metadata"]["name"]) in ours and not _finished(one)
        }

    rest = unfinished()
    if not rest:
        return []
    patience = max(one["spec"]["progressDeadlineSeconds"] for one in rest.values()) + _SLACK
    under_way = retry_if_result(lambda found: not all(map(_given_up, found.values())))
    try:
        rest = Retrying(stop=stop_after_delay(patience), wait=wait_fixed(0.5), retry=under_way)(unfinished)
    except RetryError as error:
        rest = error.last_attempt.result()
    return sorted(rest)


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
