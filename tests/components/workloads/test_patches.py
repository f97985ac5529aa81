from typing import Any

import pulumi
import pytest
from anykube._workloads.patches import merge, patch_transform, reject_unused_patches

CONTAINERS: Any = {"containers": [{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b", "image": "b:1"}]}


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4}}, {"a": 1, "b": {"c": 4, "d": 3}}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({}, {"a": {"b": {"c": None, "d": 1}}}, {"a": {"b": {"d": 1}}}),
        (
            CONTAINERS,
            {"containers": [{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}]},
            {
                "containers": [
                    {"name": "a", "image": "a:1", "args": ["x"]},
                    {"name": "b", "image": "b:2"},
                    {"name": "c", "image": "c:1"},
                ]
            },
        ),
        (CONTAINERS, {"containers": [{"name": "a", "$patch": "delete"}]}, {"containers": CONTAINERS["containers"][1:]}),
        (
            {"ports": [{"port": 80, "name": "http"}]},
            {"ports": [{"port": 80, "nodePort": 30080}]},
            {"ports": [{"port": 80, "name": "http", "nodePort": 30080}]},
        ),
        ({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}, {"tolerations": [{"key": "b"}]}),
    ],
)
def test_merge(base: Any, changes: Any, expected: Any) -> None:
    before = repr(base)
    assert merge(base, changes) == expected
    assert repr(base) == before


def test_patches_only_the_given_kind() -> None:
    patch = patch_transform({"Deployment": {"spec": {"paused": True}}})
    assert patch({"kind": "Deployment", "spec": {}}) == {"kind": "Deployment", "spec": {"paused": True}}
    assert patch({"kind": "Service", "spec": {}}) == {"kind": "Service", "spec": {}}


def test_rejects_a_patch_without_an_object() -> None:
    with pytest.raises(pulumi.RunError, match=r"^Job load: patches\.Service does not match any .* kinds: Job\.$"):
        reject_unused_patches("Job", "load", {"Service": {}}, [{"kind": "Job"}])
