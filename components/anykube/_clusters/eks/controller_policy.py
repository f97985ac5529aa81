"""What the load balancer controller may do: no more than it makes by itself, and changes only what carries its mark.

After https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/main/docs/install/iam_policy.json,
without WAF and Shield, which no page can ask for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_CLUSTER_TAG = "elbv2.k8s.aws/cluster"
_MARKED = {"Null": {f"aws:ResourceTag/{_CLUSTER_TAG}": "false"}}
_MARKING = {"Null": {f"aws:RequestTag/{_CLUSTER_TAG}": "false"}}


def _allow(
    *actions: str, resource: str | Sequence[str] = "*", condition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


STATEMENTS: Sequence[Mapping[str, Any]] = (
    _allow(
        "iam:CreateServiceLinkedRole",
        condition={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
    ),
    _allow(
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeCoipPools",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeIpamPools",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:DescribeVpcs",
        "ec2:GetCoipPoolUsage",
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:Describe*",
    ),
    _allow("acm:DescribeCertificate", "acm:ListCertificates", "iam:GetServerCertificate", "iam:ListServerCertificates"),
    _allow("ec2:AuthorizeSecurityGroupIngress", "ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupIngress"),
    _allow(
        "ec2:CreateTags",
        resource="arn:aws:ec2:*:*:security-group/*",
        condition={"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **_MARKING},
    ),
    _allow("ec2:DeleteSecurityGroup", condition=_MARKED),
    _allow("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup", condition=_MARKING),
    _allow(
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:SetRulePriorities",
    ),
    _allow(
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
        resource=[
            f"arn:aws:elasticloadbalancing:*:*:{kind}"
            for kind in ("targetgroup/*/*", "loadbalancer/*/*/*", "listener/*/*/*/*", "listener-rule/*/*/*/*/*")
        ],
    ),
    _allow(
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
        condition=_MARKED,
    ),
    _allow(
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
        resource="arn:aws:elasticloadbalancing:*:*:targetgroup/*/*",
    ),
)
