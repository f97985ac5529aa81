"""Requests that botocore does not let through, and how they are refused."""

import json
from http import HTTPStatus

import pytest
from anykube_rehearsal.aws.account import protocol
from anykube_rehearsal.aws.account.errors import EksError, invalid_parameter

_VPC: dict[str, list[str]] = {"subnetIds": []}


def _body(**own: object) -> bytes:
    return json.dumps({"name": "a", "roleArn": "r", "resourcesVpcConfig": _VPC, **own}).encode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"name": "a"}', "Missing required parameter: roleArn; Missing required parameter: resourcesVpcConfig"),
        (_body(color="red"), "Unknown parameter: color"),
        (_body(resourcesVpcConfig={"vpcId": "v"}), "Unknown parameter: resourcesVpcConfig.vpcId"),
        (_body(name="a" * 101), "name has 101 characters, but the most is 100"),
        (_body(name="_"), "name is _, but must satisfy the pattern"),
        (_body(version=1.35), "version is no string"),
        (_body(deletionProtection="yes"), "deletionProtection is no boolean"),
        (_body(resourcesVpcConfig={"subnetIds": "x"}), "resourcesVpcConfig.subnetIds is no list"),
        (_body(resourcesVpcConfig={"subnetIds": [1]}), r"resourcesVpcConfig.subnetIds\[0\] is no string"),
        (_body(tags={}), "tags has 0 keys, but the least is 1"),
        (_body(tags={"a": "b" * 257}), "tags.a has 257 characters, but the most is 256"),
        (_body(encryptionConfig=[{}, {}]), "encryptionConfig has 2 items, but the most is 1"),
        (
            _body(upgradePolicy={"supportType": "X"}),
            r"upgradePolicy.supportType is X, but must be one of \[STANDARD, EXTENDED\]",
        ),
    ],
)
def test_a_body_that_the_model_does_not_take(body: bytes, said: str) -> None:
    with pytest.raises(EksError, match=said) as refused:
        protocol.parse("POST", "/clusters", "", body)
    assert refused.value.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("maxResults=0", "maxResults is 0, but the least is 1"),
        ("maxResults=many", "maxResults is no integer"),
        ("color=red", "Unknown parameter: color"),
    ],
)
def test_a_query_that_the_model_does_not_take(query: str, said: str) -> None:
    with pytest.raises(EksError, match=said):
        protocol.parse("GET", "/clusters", query, b"")


def test_parameters_come_from_path_query_and_body() -> None:
    found = protocol.parse("DELETE", "/clusters/a/addons/b%2Fc", "preserve=true", b"")
    assert (found.operation, found.params) == (
        "DeleteAddon",
        {"clusterName": "a", "addonName": "b/c", "preserve": True},
    )
    found = protocol.parse("GET", "/addons/supported-versions", "types=a&types=b", b"")
    assert found.params == {"types": ["a", "b"]}
    found = protocol.parse("POST", "/clusters/a/node-groups/b/update-config", "", b'{"scalingConfig": {"minSize": 1}}')
    assert found.params == {"clusterName": "a", "nodegroupName": "b", "scalingConfig": {"minSize": 1}}


def test_null_is_absent() -> None:
    found = protocol.parse("POST", "/clusters/a/update-config", "", b'{"logging": null, "deletionProtection": true}')
    assert found.params == {"name": "a", "deletionProtection": True}


def test_a_path_parameter_is_none_of_the_body() -> None:
    with pytest.raises(EksError, match="Unknown parameter: clusterName"):
        protocol.parse("POST", "/clusters/a/node-groups/b/update-config", "", b'{"clusterName": "c"}')


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(EksError, match="EKS has no operation GET /nothing") as refused:
        protocol.parse("GET", "/nothing", "", b"")
    assert protocol.render_error(refused.value)[0] == HTTPStatus.NOT_FOUND
    for body in (b"{", b"[]"):
        with pytest.raises(EksError, match=r"is not JSON|is no JSON object"):
            protocol.parse("POST", "/clusters", "", body)


def test_an_error_says_its_type() -> None:
    status, headers, body = protocol.render_error(invalid_parameter("said"))
    assert (status, headers["x-amzn-errortype"]) == (HTTPStatus.BAD_REQUEST, "InvalidParameterException")
    assert json.loads(body) == {"message": "said"}
