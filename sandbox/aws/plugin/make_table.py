"""Makes table.json out of what the Terraform provider says of each attribute, under the names of the installed SDK.

    python -m sandbox.aws.plugin.make_table SCHEMAS_JSON

Run when the SDK's version moves. The facts are the provider's; the names, the selection and what is added below are
ours.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.aws.plugin import VERSION, sdk

SOURCE = "Terraform AWS provider 6.34"
TYPES = {
    "aws:cloudwatch/logGroup:LogGroup": "cloudwatch_log_group",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "default_security_group",
    "aws:ec2/eip:Eip": "eip",
    "aws:ec2/internetGateway:InternetGateway": "internet_gateway",
    "aws:ec2/launchTemplate:LaunchTemplate": "launch_template",
    "aws:ec2/natGateway:NatGateway": "nat_gateway",
    "aws:ec2/route:Route": "route",
    "aws:ec2/routeTable:RouteTable": "route_table",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "route_table_association",
    "aws:ec2/securityGroup:SecurityGroup": "security_group",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpc_endpoint",
    "aws:eks/accessEntry:AccessEntry": "eks_access_entry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "eks_access_policy_association",
    "aws:eks/addon:Addon": "eks_addon",
    "aws:eks/cluster:Cluster": "eks_cluster",
    "aws:eks/nodeGroup:NodeGroup": "eks_node_group",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "eks_pod_identity_association",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "iam_openid_connect_provider",
    "aws:iam/policy:Policy": "iam_policy",
    "aws:iam/role:Role": "iam_role",
    "aws:iam/rolePolicy:RolePolicy": "iam_role_policy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "iam_role_policy_attachment",
    "aws:kms/alias:Alias": "kms_alias",
    "aws:kms/key:Key": "kms_key",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "vpc_security_group_egress_rule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "vpc_security_group_ingress_rule",
}
KEPT = ("values", "min", "max", "minItems", "maxItems", "pattern", "format", "default", "computed")
ADDED = "added.json"
"""What the provider decides while it plans, which its schema does not say, and what its later versions have: each with
where the fact is from.
"""
REGION = {"replaces": True, "source": "Terraform AWS provider, enhanced region support: no resource can move"}


def _snake(wire: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", wire)


def _candidates(prop: sdk.Property, wire: str) -> list[str]:
    """Terraform's possible names: Pulumi puts lists in the plural."""
    found = []
    for name in (prop.name, _snake(wire)):
        found += [name, name.removesuffix("s"), re.sub(r"ies$", "y", name), re.sub(r"(ss|x|ch)es$", r"\1", name)]
    return found


def _walk(
    properties: Mapping[str, sdk.Property], facts: Mapping[str, Any], wire_above: str, above: str
) -> dict[str, str | None]:
    """Terraform's path by wire path."""
    found: dict[str, str | None] = {}
    for wire, prop in properties.items():
        names = [f"{above}{name}" for name in _candidates(prop, wire)]
        place = next((name for name in names if name in facts), None)
        found[f"{wire_above}{wire}"] = place
        inner = prop.type.items if prop.type.kind == "list" and prop.type.items else prop.type
        found |= _walk(inner.properties, facts, f"{wire_above}{wire}.", f"{place or names[0]}.")
    return found


def make(
    token: str, facts: Mapping[str, Mapping[str, Any]], added: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What is known of each input property of a type, by wire path."""
    names = _walk(sdk.resource(token).inputs, facts, "", "")
    wires = {place: wire for wire, place in names.items() if place}
    table: dict[str, dict[str, Any]] = {}
    for wire, place in sorted(names.items()):
        if place is None:
            table[wire] = {"replaces": None}
            continue
        fact = facts[place]
        row: dict[str, Any] = {"replaces": bool(fact.get("replaces"))}
        row |= {key: fact[key] for key in KEPT if key in fact}
        if not fact.get("optional") and not fact.get("required"):
            row["readOnly"] = True
        if str(fact["type"]).startswith("Set"):
            row["set"] = True
        for key in ("conflicts", "exactlyOneOf"):
            others = [
                wires[name] for name in (other.replace(".0.", ".") for other in fact.get(key, [])) if name in wires
            ]
            if others:
                row[key] = sorted(others)
        table[wire] = row
    for wire, more in {**added, **({"region": REGION} if "region" in table else {})}.items():
        table[wire] |= more
    return table


def main(schemas: Path) -> None:
    """Writes table.json beside this file."""
    facts = json.loads(schemas.read_text())
    added = json.loads(Path(__file__).with_name(ADDED).read_text())
    types = {token: make(token, facts[f"aws_{name}"], added.get(token, {})) for token, name in TYPES.items()}
    lines = []
    for token, table in types.items():
        rows = ",\n".join(f"   {json.dumps(wire)}: {json.dumps(row)}" for wire, row in table.items())
        lines.append(f"  {json.dumps(token)}: {{\n{rows}\n  }}")
    body = ",\n".join(lines)
    header = f' "source": "{SOURCE}",\n "names": "pulumi-aws {VERSION}",\n'
    Path(__file__).with_name("table.json").write_text(f'{{\n{header} "types": {{\n{body}\n }}\n}}\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
