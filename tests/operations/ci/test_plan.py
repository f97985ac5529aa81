"""The plan of a preview."""

from typing import Any

from anykube_cli.ci.plan import Step, counted, plan

_URN = "urn:pulumi:dev::anykube::anykube:index:GkeCluster$gcp:container/cluster:Cluster::shop"


def _step(op: str, urn: str = _URN, **fields: Any) -> dict[str, Any]:
    return {"op": op, "urn": urn, **fields}


def test_a_replacement_is_one_step_with_its_cause() -> None:
    details = {"location": {"diffKind": "update-replace"}, "labels.a": {"diffKind": "add"}}
    steps = [
        _step("create-replacement", detailedDiff=details, keys=["location"]),
        _step("replace", detailedDiff=details, keys=["location"]),
        _step("delete-replaced"),
    ]
    [step] = plan(steps)
    assert step == Step("±", "gcp:container/cluster:Cluster", "shop", ("location",))
    assert str(step) == "± gcp:container/cluster:Cluster shop: location"


def test_a_replacement_without_a_detailed_diff_has_its_keys() -> None:
    assert plan([_step("replace", keys=["name"])])[0].fields == ("name",)


def test_a_change_names_its_fields_and_a_creation_does_not() -> None:
    other = _URN.replace("::shop", "::other")
    result = plan([_step("update", detailedDiff={"b": {}, "a": {}}), _step("create", other, detailedDiff={"c": {}})])
    assert [step.fields for step in result] == [("a", "b"), ()]


def test_leaves_out_unchanged_resources_and_components() -> None:
    component = "urn:pulumi:dev::anykube::anykube:index:GkeCluster::shop"
    assert plan([_step("same"), _step("read"), _step("create", component)]) == []


def test_counts_the_steps() -> None:
    steps = [Step(sign, "t", "n", ()) for sign in "+~~±−"]
    assert counted(steps) == "1 to create, 2 to change, 1 to replace, 1 to delete"
    assert counted([]) == "no changes"
