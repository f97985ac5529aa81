"""IAM policy of the load balancer controller. It can change only resources that have the controller's tag.

Based on https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/main/docs/install/iam_policy.json,
without WAF and Shield, which settings do not support.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_CLUSTER_TAG = "elbv2.k8s.aws/cluster"
_HAS_TAG = {"Null": {f"aws:ResourceTag/{_CLUSTER_TAG}": "false"}}
_ADDS_TAG = {"Null": {f"aws:RequestTag/{_CLUSTER_TAG}": "false"}}


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
        condition={"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **_ADDS_TAG},
    ),
    _allow("ec2:DeleteSecurityGroup", condition=_HAS_TAG),
    _allow("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup", condition=_ADDS_TAG),
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
        condition=_HAS_TAG,
    ),
    _allow(
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
        resource="arn:aws:elasticloadbalancing:*:*:targetgroup/*/*",
    ),
)
