"""Calls of EC2. The resource types are those of the Service Authorization Reference.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

import re
from collections.abc import Iterator, Mapping

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.calls.model import IamCall, Resource, Tags, arn

_TYPES: Mapping[str, str] = {
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
"""Resource types in ARNs, by the prefix of an ID."""
_CREATED: Mapping[str, str] = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_TAG = re.compile(r"(TagSpecification\.\d+\.)?Tag\.(\d+)\.Key")
_READS = ("Describe", "Get")
_ONLY_TABLE = {"CreateRoute", "DeleteRoute", "ReplaceRoute"}
"""Actions whose only resource is the route table, not what the route leads to."""


def calls(region: str, form: Mapping[str, str]) -> Iterator[IamCall]:
    """The permissions that a request needs. A request that creates something with tags may also have to set them."""
    action, tags = form.get("Action", ""), _request_tags(form)
    if action.startswith(_READS):
        yield IamCall(f"ec2:{action}", (), region)
        return
    resources = [Resource(arn("ec2", region, f"{_TYPES[_prefix(each)]}/{each}"), _tags(region, each))
                 for each in dict.fromkeys(_ids(region, action, form))]  # fmt: skip
    created = _CREATED.get(action)
    is_tagged = any(name.startswith("TagSpecification") for name in form)
    # A rule without tags needs permission for its group alone.
    if created and (is_tagged or created != "security-group-rule"):
        resources.append(Resource(arn("ec2", region, f"{created}/new")))
    yield IamCall(f"ec2:{action}", resources, region, tags)
    if created and is_tagged:
        new = Resource(arn("ec2", region, f"{created}/new"))
        yield IamCall("ec2:CreateTags", [new], region, tags, {"ec2:CreateAction": action})


def _ids(region: str, action: str, form: Mapping[str, str]) -> Iterator[str]:
    """The IDs in a request. An association stands for what it associates."""
    backend = moto_backends.ec2(region)
    for name, value in form.items():
        if action in _ONLY_TABLE and name != "RouteTableId":
            continue
        if value.startswith("rtbassoc-"):
            yield from (table for table, each in backend.route_tables.items() if value in each._associations)
        elif value.startswith("eipassoc-"):
            yield from (str(each.allocation_id) for each in backend.addresses if each.association_id == value)
        elif _ID.fullmatch(value) and _prefix(value) in _TYPES:
            yield value


def _prefix(identifier: str) -> str:
    return identifier.partition("-")[0]


def _tags(region: str, identifier: str) -> Tags:
    tags = moto_backends.ec2(region).describe_tags(filters={"resource-id": [identifier]})
    return {str(tag["key"]): str(tag["value"]) for tag in tags}


def _request_tags(form: Mapping[str, str]) -> Tags:
    keys = {name: key for name, key in form.items() if _TAG.fullmatch(name)}
    return {key: form.get(name.removesuffix("Key") + "Value", "") for name, key in keys.items()}
