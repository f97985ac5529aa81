"""Pulumi resource types in EKS stacks, and which of them runs guard."""

from anykube._clouds.definition import ResourceTypes

RESOURCE_TYPES = ResourceTypes(
    guarded={
        "cluster": ("aws:eks/cluster:Cluster",),
        "pool": ("aws:eks/nodeGroup:NodeGroup",),
        "network": (
            "aws:ec2/eip:Eip",
            "aws:ec2/internetGateway:InternetGateway",
            "aws:ec2/natGateway:NatGateway",
            "aws:ec2/subnet:Subnet",
            "aws:ec2/vpc:Vpc",
        ),
        "key": ("aws:kms/key:Key",),
        "identity": ("aws:iam/openIdConnectProvider:OpenIdConnectProvider",),
        "logs": ("aws:cloudwatch/logGroup:LogGroup",),
    },
    unguarded=(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/launchTemplate:LaunchTemplate",  # guarded through its node group
        "aws:ec2/route:Route",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:eks/addon:Addon",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:kms/alias:Alias",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ),
)
