"""On which nodes pods are: pools, taints, spread over nodes and zones."""

from collections.abc import Mapping, Sequence

from anykube._workloads.cluster_context import POOL_LABEL
from anykube._workloads.metadata import selector
from anykube._workloads.pods.spec import Toleration, WorkloadSpec

_NODE_LOST_SECONDS = 30


def placement(spec: WorkloadSpec, pools: Mapping[str, Sequence[Toleration]]) -> dict[str, object]:
    """Node selector, tolerations and priority of a pod.

    `pools` are the cluster's, each with what its taints ask for.
    """
    selected = {**({POOL_LABEL: spec.pool} if spec.pool else {}), **spec.node_selector}
    tolerated = [*(pools.get(spec.pool, ()) if spec.pool else ()), *spec.tolerations]
    return {
        **({"nodeSelector": selected} if selected else {}),
        **({"priorityClassName": spec.priority_class} if spec.priority_class is not None else {}),
        # Kubernetes' default leaves the pods of a lost node missing for five minutes.
        "tolerations": [*map(_lost, ("not-ready", "unreachable")), *map(_toleration, tolerated)],
    }


def spread(app: str, *, required: bool, revisions: bool = True) -> list[dict[str, object]]:
    """Evenly over nodes, at most one pod more on one than on another, and over zones where possible.

    `revisions`: each revision is spread by itself, which only a Deployment's pods can be.
    """
    return [
        {
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "DoNotSchedule" if must else "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(app)},
            # Counted together, old pods would leave the new ones skewed.
            **({"matchLabelKeys": ["pod-template-hash"]} if revisions else {}),
            # An empty node that refuses these pods would otherwise hold all the others down to one pod each.
            "nodeTaintsPolicy": "Honor",
        }
        for key, must in (("kubernetes.io/hostname", required), ("topology.kubernetes.io/zone", False))
    ]


def _lost(condition: str) -> dict[str, object]:
    return {
        "key": f"node.kubernetes.io/{condition}",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": _NODE_LOST_SECONDS,
    }


def _toleration(asked: Toleration) -> dict[str, object]:
    return {
        **({"key": asked.key} if asked.key else {}),
        # The API server drops an empty value; to say it would be a difference for ever.
        **({"operator": "Equal", "value": asked.value} if asked.value else {"operator": "Exists"}),
        **({"effect": asked.effect} if asked.effect else {}),
    }
