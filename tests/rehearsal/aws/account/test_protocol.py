"""Validation of requests that botocore would not send."""

import json
from http import HTTPStatus

import pytest
from anykube_rehearsal.aws.account import protocol
from anykube_rehearsal.aws.account.errors import EksError, invalid_parameter

_VPC: dict[str, list[str]] = {"subnetIds": []}


def _body(**params: object) -> bytes:
    return json.dumps({"name": "a", "roleArn": "r", "resourcesVpcConfig": _VPC, **params}).encode()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"name": "a"}', "Missing required parameter: roleArn; Missing required parameter: resourcesVpcConfig"),
        (_body(color="red"), "Unknown parameter: color"),
        (_body(resourcesVpcConfig={"vpcId": "v"}), "Unknown parameter: resourcesVpcConfig.vpcId"),
        (_body(name="a" * 101), "name has 101 characters, but the maximum is 100"),
        (_body(name="_"), "name is _, but must satisfy the pattern"),
        (_body(version=1.35), "version must be of type string"),
        (_body(deletionProtection="yes"), "deletionProtection must be of type boolean"),
        (_body(resourcesVpcConfig={"subnetIds": "x"}), "resourcesVpcConfig.subnetIds must be of type list"),
        (_body(resourcesVpcConfig={"subnetIds": [1]}), r"resourcesVpcConfig.subnetIds\[0\] must be of type string"),
        (_body(tags={}), "tags has 0 keys, but the minimum is 1"),
        (_body(tags={"a": "b" * 257}), "tags.a has 257 characters, but the maximum is 256"),
        (_body(encryptionConfig=[{}, {}]), "encryptionConfig has 2 items, but the maximum is 1"),
        (
            _body(upgradePolicy={"supportType": "X"}),
            r"upgradePolicy.supportType is X, but must be one of \[STANDARD, EXTENDED\]",
        ),
    ],
)
def test_rejects_an_invalid_body(body: bytes, message: str) -> None:
    with pytest.raises(EksError, match=message) as error:
        protocol.parse("POST", "/clusters", "", body)
    assert error.value.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("maxResults=0", "maxResults is 0, but the minimum is 1"),
        ("maxResults=many", "maxResults must be of type integer"),
        ("color=red", "Unknown parameter: color"),
    ],
)
def test_rejects_an_invalid_query(query: str, message: str) -> None:
    with pytest.raises(EksError, match=message):
        protocol.parse("GET", "/clusters", query, b"")


def test_parameters_come_from_path_query_and_body() -> None:
    request = protocol.parse("DELETE", "/clusters/a/addons/b%2Fc", "preserve=true", b"")
    assert (request.operation, request.params) == (
        "DeleteAddon",
        {"clusterName": "a", "addonName": "b/c", "preserve": True},
    )
    request = protocol.parse("GET", "/addons/supported-versions", "types=a&types=b", b"")
    assert request.params == {"types": ["a", "b"]}
    request = protocol.parse(
        "POST", "/clusters/a/node-groups/b/update-config", "", b'{"scalingConfig": {"minSize": 1}}'
    )
    assert request.params == {"clusterName": "a", "nodegroupName": "b", "scalingConfig": {"minSize": 1}}


def test_null_means_missing() -> None:
    request = protocol.parse("POST", "/clusters/a/update-config", "", b'{"logging": null, "deletionProtection": true}')
    assert request.params == {"name": "a", "deletionProtection": True}


def test_rejects_a_path_parameter_in_the_body() -> None:
    with pytest.raises(EksError, match="Unknown parameter: clusterName"):
        protocol.parse("POST", "/clusters/a/node-groups/b/update-config", "", b'{"clusterName": "c"}')


def test_rejects_unknown_operations_and_malformed_bodies() -> None:
    with pytest.raises(EksError, match="EKS has no operation GET /nothing") as error:
        protocol.parse("GET", "/nothing", "", b"")
    assert protocol.render_error(error.value)[0] == HTTPStatus.NOT_FOUND
    for body in (b"{", b"[]"):
        with pytest.raises(EksError, match=r"is not JSON|is not a JSON object"):
            protocol.parse("POST", "/clusters", "", body)


def test_renders_the_type_of_an_error() -> None:
    status, headers, body = protocol.render_error(invalid_parameter("wrong"))
    assert (status, headers["x-amzn-errortype"]) == (HTTPStatus.BAD_REQUEST, "InvalidParameterException")
    assert json.loads(body) == {"message": "wrong"}
