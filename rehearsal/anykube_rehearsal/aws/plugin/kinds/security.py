"""Security groups, and rules inline or as resources."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import MARK, ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import Ec2Kind, Row, retag
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    from_tag_list,
    has_mark,
    tags_of,
    to_tag_list,
)

_DIRECTIONS = ("ingress", "egress")
_PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp"}
_DEFAULT_DESCRIPTION = "Managed by Pulumi"


def _permission(group: str, rule: Inputs) -> Json:
    """Converts an inline rule to EC2's permission."""
    with_description = {"Description": rule["description"]} if rule.get("description") else {}
    protocol = _PROTOCOLS.get(str(rule["protocol"]), str(rule["protocol"]))
    permission: Json = {"IpProtocol": protocol}
    if protocol != "-1":
        permission |= {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    groups = [*(rule.get("securityGroups") or []), *([group] if rule.get("self") else [])]
    ranges = {
        "IpRanges": [{"CidrIp": item, **with_description} for item in rule.get("cidrBlocks") or []],
        "Ipv6Ranges": [{"CidrIpv6": item, **with_description} for item in rule.get("ipv6CidrBlocks") or []],
        "PrefixListIds": [{"PrefixListId": item, **with_description} for item in rule.get("prefixListIds") or []],
        "UserIdGroupPairs": [{"GroupId": item, **with_description} for item in groups],
    }
    return permission | {name: value for name, value in ranges.items() if value}


def _inline(group: str, permission: Json) -> Json:
    """Converts EC2's permission to an inline rule."""
    group_pairs = permission.get("UserIdGroupPairs", [])
    entries = [*permission.get("IpRanges", []), *permission.get("Ipv6Ranges", []), *group_pairs]
    return {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        "cidrBlocks": [item["CidrIp"] for item in permission.get("IpRanges", [])],
        "ipv6CidrBlocks": [item["CidrIpv6"] for item in permission.get("Ipv6Ranges", [])],
        "prefixListIds": [item["PrefixListId"] for item in permission.get("PrefixListIds", [])],
        "securityGroups": [item["GroupId"] for item in group_pairs if item["GroupId"] != group],
        "self": any(item["GroupId"] == group for item in group_pairs),
        "description": next((item["Description"] for item in entries if item.get("Description")), ""),
    }


def _change(account: ProviderAccount, group: str, direction: str, operation: str, permissions: list[Json]) -> None:
    if permissions:
        client = account.client("ec2")
        getattr(client, f"{operation}_security_group_{direction}")(GroupId=group, IpPermissions=permissions)


def _set_rules(account: ProviderAccount, group: str, old: Inputs, new: Inputs) -> None:
    """Sets the inline rules. Leaves rules that are in neither the old nor the new inputs to resources."""
    for direction in _DIRECTIONS:
        before = [_permission(group, rule) for rule in old.get(direction) or []]
        after = [_permission(group, rule) for rule in new.get(direction) or []]
        _change(account, group, direction, "revoke", [item for item in before if item not in after])
        _change(account, group, direction, "authorize", [item for item in after if item not in before])


def _current_rules(account: ProviderAccount, group: str) -> Json:
    """The current rules of a group, as inline rules."""
    description = account.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    fields = {"ingress": description["IpPermissions"], "egress": description["IpPermissionsEgress"]}
    return {direction: [_inline(group, item) for item in permissions] for direction, permissions in fields.items()}


def _apply(account: ProviderAccount, group: str, old: Inputs, new: Inputs) -> None:
    # A new group has a rule that allows all egress, which the provider removes.
    _set_rules(account, group, old or _current_rules(account, group), new)


def _revoke_all(account: ProviderAccount, group: str, state: Inputs) -> None:
    if state.get("revokeRulesOnDelete"):
        _set_rules(account, group, _current_rules(account, group), {})


def _extra_outputs(account: ProviderAccount, description: Json) -> Json:
    group = description["GroupId"]
    return {
        "ingress": [_inline(group, item) for item in description["IpPermissions"]],
        "egress": [_inline(group, item) for item in description["IpPermissionsEgress"]],
        "arn": account.arn("ec2", f"security-group/{group}"),
    }


class SecurityGroupKind(Ec2Kind):
    """A security group, whose name may be generated from a prefix."""

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource."""
        with_description = {"description": _DEFAULT_DESCRIPTION, **request.inputs, "name": request.name()}
        account = request.account
        marked = self._find_marked(request)
        if marked is None:
            tags = [{"ResourceType": "security-group", "Tags": to_tag_list(tags_of(request))}]
            response = call(
                account.client("ec2").create_security_group,
                GroupName=with_description["name"],
                Description=with_description["description"],
                VpcId=with_description.get("vpcId"),
                TagSpecifications=tags,
            )
            marked = str(response["GroupId"])
        _apply(account, marked, {}, request.inputs)
        return marked


class DefaultSecurityGroupKind(Kind):
    """The default group of a VPC: create adopts it and removes its rules, delete leaves it."""

    token = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"

    @override
    def create(self, request: CreateRequest) -> str:
        """Adopts the group."""
        account = request.account
        vpc = request.inputs.get("vpcId") or _default_vpc(account)
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
        groups = account.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
        if not groups:
            raise ValueError(f"the VPC {vpc} has no default security group")
        group = str(groups[0]["GroupId"])
        # The provider sets the tags first, which a policy that depends on them needs:
        # https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_default_security_group.go
        retag(account, group, {key: value for key, value in tags_of(request).items() if key != MARK}, [])
        _set_rules(account, group, _current_rules(account, group), request.inputs)
        return group

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource."""
        return _SECURITY_GROUP.read(account, identifier, state)

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Sets the rules."""
        _set_rules(account, identifier, old, new)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Does nothing: the group is deleted with its VPC."""

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, removed)


def _default_vpc(account: ProviderAccount) -> str:
    vpcs = account.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not vpcs:
        raise ValueError("the account has no default VPC: set `vpcId`")
    return str(vpcs[0]["VpcId"])


class RuleKind(Kind):
    """A rule as a resource."""

    def __init__(self, token: str, egress: bool) -> None:
        self._egress, self._direction = egress, _DIRECTIONS[egress]
        self.__dict__.update(token=token)

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this mark."""
        client, inputs = request.account.client("ec2"), request.inputs
        filters = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        for rule in client.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
            if (
                has_mark(request, from_tag_list(rule.get("Tags")))
                and rule["SecurityGroupRuleId"] not in request.known_ids
            ):
                return str(rule["SecurityGroupRuleId"])
        response = getattr(client, f"authorize_security_group_{self._direction}")(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_inline_rule(inputs)],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": to_tag_list(tags_of(request))}],
        )
        return str(response["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the rule."""
        missing = ("InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound")
        describe = account.client("ec2").describe_security_group_rules
        response = call_or_none(describe, *missing, SecurityGroupRuleIds=[identifier])
        rules = [
            item for item in (response or {}).get("SecurityGroupRules", []) if item["SecurityGroupRuleId"] == identifier
        ]
        if not rules:
            return None
        rule = rules[0]
        protocol = rule["IpProtocol"]
        ports = {} if protocol == "-1" else {"fromPort": rule.get("FromPort"), "toPort": rule.get("ToPort")}
        return {
            "securityGroupRuleId": identifier,
            "arn": account.arn("ec2", f"security-group-rule/{identifier}"),
            "securityGroupId": rule["GroupId"],
            "ipProtocol": protocol,
            "cidrIpv4": rule.get("CidrIpv4"),
            "cidrIpv6": rule.get("CidrIpv6"),
            "prefixListId": rule.get("PrefixListId"),
            "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId"),
            "description": rule.get("Description"),
            **ports,
            TAGS: from_tag_list(rule.get("Tags")),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the rule."""
        names = {"cidrIpv4": "CidrIpv4", "cidrIpv6": "CidrIpv6", "prefixListId": "PrefixListId"} | {
            "referencedSecurityGroupId": "ReferencedGroupId",
            "description": "Description",
            "fromPort": "FromPort",
            "toPort": "ToPort",
        }
        rule: dict[str, Any] = {name: new[wire] for wire, name in names.items() if new.get(wire) is not None}
        rule["IpProtocol"] = _PROTOCOLS.get(str(new["ipProtocol"]), str(new["ipProtocol"]))
        account.client("ec2").modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": identifier, "SecurityGroupRule": rule}],
        )

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        missing = ("InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound", "InvalidPermission.NotFound")
        revoke = getattr(account.client("ec2"), f"revoke_security_group_{self._direction}")
        if self.read(account, identifier, state) is not None:
            call_or_none(revoke, *missing, GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identifier])

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, removed)


def _inline_rule(inputs: Inputs) -> Json:
    """Converts a rule resource to the permission of EC2."""
    lists = {"cidrBlocks": "cidrIpv4", "ipv6CidrBlocks": "cidrIpv6", "prefixListIds": "prefixListId"} | {
        "securityGroups": "referencedSecurityGroupId"
    }
    rule: Json = {plural: [inputs[single]] for plural, single in lists.items() if inputs.get(single)}
    ports = {"fromPort": inputs.get("fromPort", -1), "toPort": inputs.get("toPort", -1)}
    return _permission(
        "", {**rule, **ports, "protocol": inputs["ipProtocol"], "description": inputs.get("description")}
    )


_SECURITY_GROUP = SecurityGroupKind(
    Row(
        token="aws:ec2/securityGroup:SecurityGroup",
        noun="security_group",
        plural="security_groups",
        key="GroupId",
        response_key="SecurityGroup",
        arn="security-group",
        outputs={"name": "GroupName", "description": "Description", "vpcId": "VpcId"},
        apply=_apply,
        before_delete=_revoke_all,
        extra_outputs=_extra_outputs,
    )
)
KINDS: list[Kind] = [
    _SECURITY_GROUP,
    DefaultSecurityGroupKind(),
    RuleKind("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", egress=False),
    RuleKind("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", egress=True),
]
