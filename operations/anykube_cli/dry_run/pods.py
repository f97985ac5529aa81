"""The pods that workloads would create. Pod Security, quotas, LimitRanges and most webhooks judge only pods."""

from collections.abc import Collection, Mapping
from typing import Any

_WORKLOADS = ("CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet")
_REFERENCES = {
    "serviceAccountName": "ServiceAccount",
    "priorityClassName": "PriorityClass",
    "runtimeClassName": "RuntimeClass",
}
"""Fields of a pod with the name of an object that must exist, and the object's kind."""


def pod_of(workload: Mapping[str, Any], missing: Collection[tuple[str, str]]) -> Mapping[str, Any] | None:
    """A pod of the workload; None for any other object.

    `missing`: kind and name of the objects that the run creates. A dry run of them creates nothing, so the pod does not
    refer to them.
    """
    if workload["kind"] not in _WORKLOADS:
        return None
    spec = workload["spec"]
    template = (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]
    claims = [
        {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
        for claim in spec.get("volumeClaimTemplates") or ()
    ]
    pod_spec = {
        field: value
        for field, value in template["spec"].items()
        if field != "serviceAccount" and not (field in _REFERENCES and (_REFERENCES[field], value) in missing)
    }
    if claims:
        pod_spec["volumes"] = [*pod_spec.get("volumes", ()), *claims]
    template_metadata = template.get("metadata") or {}
    metadata = {field: template_metadata[field] for field in ("labels", "annotations") if field in template_metadata}
    # generateName cuts the name off to fit, as for the pods of the controllers.
    metadata |= {"generateName": f"{workload['metadata']['name']}-", "namespace": workload["metadata"]["namespace"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec}
