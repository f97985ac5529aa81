"""Generates table.json from the schema of the Terraform provider, under the names of the installed SDK.

    python -m anykube_rehearsal.aws.plugin.make_table SCHEMAS_JSON

Run it when the version of the SDK changes.
"""

import json
import sys
from pathlib import Path

from anykube_rehearsal.aws.plugin.sdk import SDK
from anykube_rehearsal.cloud.plugin.make_table import load_additions, make_rows, write_table

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
_COMMON = {
    "region": {"replaces": True, "source": "Terraform AWS provider, enhanced region support: no resource can move"}
}


def main(schemas: Path) -> None:
    """Writes table.json next to this file."""
    folder = Path(__file__).parent
    facts, additions = json.loads(schemas.read_text()), load_additions(folder)
    types = {
        token: make_rows(SDK, token, facts[f"aws_{name}"], additions.get(token, {}), _COMMON)
        for token, name in TYPES.items()
    }
    write_table(folder, SOURCE, SDK, types)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
