"""The indexes with which stack rules find related objects without comparing every pair."""

import pytest
from anykube_policies.fields import UNKNOWN, Fields, UnknownError
from anykube_policies.kubernetes import KubernetesObject
from anykube_policies.resource import Resource, Stack
from anykube_policies.scaling import autoscalers
from anykube_policies.stack_graph import Index, StackGraph, graph_of


def _key(value: object) -> str | None:
    return Fields(value).text


@pytest.mark.parametrize(("key", "candidates"), [("a", ["a", UNKNOWN]), ("b", ["b", UNKNOWN]), ("c", [UNKNOWN])])
def test_items_with_unknown_keys_are_always_candidates(key: str, candidates: list[object]) -> None:
    assert list(Index(["a", UNKNOWN, "b"], _key).candidates(key)) == candidates


def _resource(kind: str, name: object, namespace: str, target: object = None) -> Resource:
    inputs = {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": target}},
    }
    return Resource(kind, "resource", "urn", Fields(inputs))


def _autoscalers(workload: object, namespace: str, target: object) -> int:
    """The number of autoscalers of a Deployment in namespace `shop`, if one in `namespace` has this target."""
    deployment = _resource("kubernetes:apps/v1:Deployment", workload, "shop")
    autoscaler = _resource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "scaler", namespace, target)
    return len(autoscalers(KubernetesObject(deployment), StackGraph(Stack([deployment, autoscaler]))))


@pytest.mark.parametrize(
    ("workload", "namespace", "target", "number"),
    [
        ("web", "shop", "web", 1),
        ("web", "shop", "api", 0),
        ("web", "blog", "web", 0),
        (UNKNOWN, "blog", "web", 0),
        ("web", "blog", UNKNOWN, 0),
    ],
)
def test_autoscalers_of_a_workload(workload: object, namespace: str, target: object, number: int) -> None:
    assert _autoscalers(workload, namespace, target) == number


@pytest.mark.parametrize(("workload", "target"), [(UNKNOWN, "web"), ("web", UNKNOWN)])
def test_unknown_names_may_be_equal(workload: object, target: object) -> None:
    with pytest.raises(UnknownError):
        _autoscalers(workload, "shop", target)


def test_rules_share_the_graph_of_a_stack() -> None:
    resource = Resource("kubernetes:core/v1:Service", "web", "urn", Fields({"metadata": {"name": "web"}}))
    stack = Stack([resource])
    assert graph_of(stack) is graph_of(stack)
    assert graph_of(Stack([resource])) is not graph_of(stack)
