"""What a preview would do, as it is told of."""

from typing import Any

from anykube_cli.ci.plan import Step, counted, plan

_URN = "urn:pulumi:dev::anykube::anykube:index:GkeCluster$gcp:container/cluster:Cluster::shop"


def _step(op: str, urn: str = _URN, **more: Any) -> dict[str, Any]:
    return {"op": op, "urn": urn, **more}


def test_a_replacement_is_one_step_with_what_causes_it() -> None:
    details = {"location": {"diffKind": "update-replace"}, "labels.a": {"diffKind": "add"}}
    steps = [
        _step("create-replacement", detailedDiff=details, keys=["location"]),
        _step("replace", detailedDiff=details, keys=["location"]),
        _step("delete-replaced"),
    ]
    [found] = plan(steps)
    assert found == Step("±", "gcp:container/cluster:Cluster", "shop", ("location",))
    assert str(found) == "± gcp:container/cluster:Cluster shop: location"


def test_a_replacement_without_details_has_its_keys() -> None:
    assert plan([_step("replace", keys=["name"])])[0].fields == ("name",)


def test_a_change_names_its_fields_and_a_creation_none() -> None:
    other = _URN.replace("::shop", "::other")
    found = plan([_step("update", detailedDiff={"b": {}, "a": {}}), _step("create", other, detailedDiff={"c": {}})])
    assert [one.fields for one in found] == [("a", "b"), ()]


def test_what_is_the_same_or_ours_alone_is_left_out() -> None:
    component = "urn:pulumi:dev::anykube::anykube:index:GkeCluster::shop"
    assert plan([_step("same"), _step("read"), _step("create", component)]) == []


def test_counts() -> None:
    steps = [Step(sign, "t", "n", ()) for sign in "+~~±−"]
    assert counted(steps) == "1 to create, 2 to change, 1 to replace, 1 to delete"
    assert counted([]) == "no change"
