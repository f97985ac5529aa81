"""Security groups and their rules, inline or as resources of their own."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import MARK, Account
from anykube_rehearsal.aws.plugin.backed.ec2_kind import Ec2Kind, Row, retag
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    found,
    is_made,
    mapping,
    pairs,
    tags_of,
)

_DIRECTIONS = ("ingress", "egress")
_PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp"}
_DEFAULT_DESCRIPTION = "Managed by Pulumi"


def _permission(group: str, rule: Inputs) -> Json:
    """An inline rule as EC2 takes it."""
    described = {"Description": rule["description"]} if rule.get("description") else {}
    protocol = _PROTOCOLS.get(str(rule["protocol"]), str(rule["protocol"]))
    permission: Json = {"IpProtocol": protocol}
    if protocol != "-1":
        permission |= {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    groups = [*(rule.get("securityGroups") or []), *([group] if rule.get("self") else [])]
    ranges = {
        "IpRanges": [{"CidrIp": one, **described} for one in rule.get("cidrBlocks") or []],
        "Ipv6Ranges": [{"CidrIpv6": one, **described} for one in rule.get("ipv6CidrBlocks") or []],
        "PrefixListIds": [{"PrefixListId": one, **described} for one in rule.get("prefixListIds") or []],
        "UserIdGroupPairs": [{"GroupId": one, **described} for one in groups],
    }
    return permission | {name: value for name, value in ranges.items() if value}


def _inline(group: str, permission: Json) -> Json:
    """The way back."""
    pairs_ = permission.get("UserIdGroupPairs", [])
    entries = [*permission.get("IpRanges", []), *permission.get("Ipv6Ranges", []), *pairs_]
    return {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        "cidrBlocks": [one["CidrIp"] for one in permission.get("IpRanges", [])],
        "ipv6CidrBlocks": [one["CidrIpv6"] for one in permission.get("Ipv6Ranges", [])],
        "prefixListIds": [one["PrefixListId"] for one in permission.get("PrefixListIds", [])],
        "securityGroups": [one["GroupId"] for one in pairs_ if one["GroupId"] != group],
        "self": any(one["GroupId"] == group for one in pairs_),
        "description": next((one["Description"] for one in entries if one.get("Description")), ""),
    }


def _change(account: Account, group: str, direction: str, operation: str, permissions: list[Json]) -> None:
    if permissions:
        client = account.client("ec2")
        getattr(client, f"{operation}_security_group_{direction}")(GroupId=group, IpPermissions=permissions)


def _rules(account: Account, group: str, old: Inputs, new: Inputs) -> None:
    """Makes the inline rules what they should be; rules that are given nowhere are left to resources of their own."""
    for direction in _DIRECTIONS:
        before = [_permission(group, rule) for rule in old.get(direction) or []]
        after = [_permission(group, rule) for rule in new.get(direction) or []]
        _change(account, group, direction, "revoke", [one for one in before if one not in after])
        _change(account, group, direction, "authorize", [one for one in after if one not in before])


def _present(account: Account, group: str) -> Json:
    """The rules that a group has now, as inline ones."""
    about = account.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    fields = {"ingress": about["IpPermissions"], "egress": about["IpPermissionsEgress"]}
    return {direction: [_inline(group, one) for one in permissions] for direction, permissions in fields.items()}


def _after(account: Account, group: str, old: Inputs, new: Inputs) -> None:
    # A new group comes with a rule that allows everything out, which the provider takes away.
    _rules(account, group, old or _present(account, group), new)


def _revoke_all(account: Account, group: str, state: Inputs) -> None:
    if state.get("revokeRulesOnDelete"):
        _rules(account, group, _present(account, group), {})


def _more(account: Account, about: Json) -> Json:
    group = about["GroupId"]
    return {
        "ingress": [_inline(group, one) for one in about["IpPermissions"]],
        "egress": [_inline(group, one) for one in about["IpPermissionsEgress"]],
        "arn": account.arn("ec2", f"security-group/{group}"),
    }


class SecurityGroup(Ec2Kind):
    """A group whose name may come from a prefix."""

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it."""
        described = {"description": _DEFAULT_DESCRIPTION, **making.inputs, "name": making.name()}
        # The mark stays that of what was asked for.
        account = making.account
        marked = self._marked(making)
        if marked is None:
            tags = [{"ResourceType": "security-group", "Tags": pairs(tags_of(making))}]
            answer = call(
                account.client("ec2").create_security_group,
                GroupName=described["name"],
                Description=described["description"],
                VpcId=described.get("vpcId"),
                TagSpecifications=tags,
            )
            marked = str(answer["GroupId"])
        _after(account, marked, {}, making.inputs)
        return marked


class DefaultSecurityGroup(Kind):
    """The group that a VPC came with: adopted, emptied of its rules, and left where it is at the end."""

    token = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"

    @override
    def create(self, making: CreateRequest) -> str:
        """Adopts it."""
        account = making.account
        vpc = making.inputs.get("vpcId") or _default_vpc(account)
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
        groups = account.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
        if not groups:
            raise ValueError(f"the VPC {vpc} has no default security group")
        group = str(groups[0]["GroupId"])
        _rules(account, group, _present(account, group), making.inputs)
        retag(account, group, {key: value for key, value in tags_of(making).items() if key != MARK}, [])
        return group

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like."""
        return _GROUP.read(account, identifier, state)

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Makes its rules what they should be."""
        _rules(account, identifier, old, new)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Lets it be: it goes with its VPC."""

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, gone)


def _default_vpc(account: Account) -> str:
    vpcs = account.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not vpcs:
        raise ValueError("there is no default VPC here, so `vpcId` has to say which VPC's group is meant")
    return str(vpcs[0]["VpcId"])


class Rule(Kind):
    """One rule as a resource of its own."""

    def __init__(self, token: str, egress: bool) -> None:
        self._egress, self._direction = egress, _DIRECTIONS[egress]
        self.__dict__.update(token=token)

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one that carries the mark of an earlier try is taken over."""
        client, given = making.account.client("ec2"), making.inputs
        filters = [{"Name": "group-id", "Values": [given["securityGroupId"]]}]
        for rule in client.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
            if is_made(making, mapping(rule.get("Tags"))) and rule["SecurityGroupRuleId"] not in making.known_ids:
                return str(rule["SecurityGroupRuleId"])
        answer = getattr(client, f"authorize_security_group_{self._direction}")(
            GroupId=given["securityGroupId"],
            IpPermissions=[_single(given)],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": pairs(tags_of(making))}],
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it allows."""
        missing = ("InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound")
        describe = account.client("ec2").describe_security_group_rules
        answer = found(describe, *missing, SecurityGroupRuleIds=[identifier])
        rules = [
            one for one in (answer or {}).get("SecurityGroupRules", []) if one["SecurityGroupRuleId"] == identifier
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
            TAGS: mapping(rule.get("Tags")),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes what it allows."""
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
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        missing = ("InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound", "InvalidPermission.NotFound")
        revoke = getattr(account.client("ec2"), f"revoke_security_group_{self._direction}")
        if self.read(account, identifier, state) is not None:
            found(revoke, *missing, GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identifier])

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, gone)


def _single(given: Inputs) -> Json:
    """One rule in the form of an inline one."""
    lists = {"cidrBlocks": "cidrIpv4", "ipv6CidrBlocks": "cidrIpv6", "prefixListIds": "prefixListId"} | {
        "securityGroups": "referencedSecurityGroupId"
    }
    rule: Json = {wire: [given[one]] for wire, one in lists.items() if given.get(one)}
    ports = {"fromPort": given.get("fromPort", -1), "toPort": given.get("toPort", -1)}
    return _permission("", {**rule, **ports, "protocol": given["ipProtocol"], "description": given.get("description")})


_GROUP = SecurityGroup(
    Row(
        token="aws:ec2/securityGroup:SecurityGroup",
        noun="security_group",
        many="security_groups",
        key="GroupId",
        answer="SecurityGroup",
        arn="security-group",
        outputs={"name": "GroupName", "description": "Description", "vpcId": "VpcId"},
        after=_after,
        before_delete=_revoke_all,
        more=_more,
    )
)
KINDS: list[Kind] = [
    _GROUP,
    DefaultSecurityGroup(),
    Rule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", egress=False),
    Rule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", egress=True),
]
