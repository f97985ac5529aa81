"""The scheduling of pods: node pools, tolerations, and spread over nodes and zones."""

from collections.abc import Mapping, Sequence

from anykube._workloads.cluster_context import POOL_LABEL
from anykube._workloads.metadata import selector
from anykube._workloads.pods.spec import Toleration, WorkloadSpec

_NODE_LOST_SECONDS = 30


def placement(spec: WorkloadSpec, pools: Mapping[str, Sequence[Toleration]]) -> dict[str, object]:
    """Node selector, tolerations and priority of a pod.

    `pools` are the cluster's node pools with the tolerations for their taints.
    """
    node_selector = {**({POOL_LABEL: spec.pool} if spec.pool else {}), **spec.node_selector}
    tolerations = [*(pools.get(spec.pool, ()) if spec.pool else ()), *spec.tolerations]
    return {
        **({"nodeSelector": node_selector} if node_selector else {}),
        **({"priorityClassName": spec.priority_class} if spec.priority_class is not None else {}),
        # By default, Kubernetes replaces the pods of a lost node only after five minutes.
        "tolerations": [*map(_lost_node, ("not-ready", "unreachable")), *map(_toleration, tolerations)],
    }


def spread(app: str, *, required: bool, revisions: bool = True) -> list[dict[str, object]]:
    """Topology spread constraints: evenly over nodes, with a maximum skew of one pod, and over zones if possible.

    `revisions`: spread each revision separately, which works only for a Deployment's pods.
    """
    return [
        {
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "DoNotSchedule" if is_required else "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(app)},
            # If old and new pods were counted together, the new ones would end up skewed.
            **({"matchLabelKeys": ["pod-template-hash"]} if revisions else {}),
            # Otherwise an empty node with a taint would limit all other nodes to one pod each.
            "nodeTaintsPolicy": "Honor",
        }
        for key, is_required in (("kubernetes.io/hostname", required), ("topology.kubernetes.io/zone", False))
    ]


def _lost_node(condition: str) -> dict[str, object]:
    return {
        "key": f"node.kubernetes.io/{condition}",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": _NODE_LOST_SECONDS,
    }


def _toleration(toleration: Toleration) -> dict[str, object]:
    return {
        **({"key": toleration.key} if toleration.key else {}),
        # The API server drops an empty value, so setting it would show a permanent diff.
        **({"operator": "Equal", "value": toleration.value} if toleration.value else {"operator": "Exists"}),
        **({"effect": toleration.effect} if toleration.effect else {}),
    }
