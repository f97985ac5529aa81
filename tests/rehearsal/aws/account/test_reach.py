"""Who reaches the API of an EKS cluster: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"""

from collections.abc import Sequence
from typing import Any

import pytest
from anykube_rehearsal.aws.account.eks.reach import reaches
from anykube_rehearsal.cloud.caller import NODE, parse

from tests.rehearsal.aws.account.conftest import AwsFixture

CALLERS = {"internet": "internet", "office": "203.0.113.7", "vpn": "10.200.0.0/16", "network": "network"}
_PRIVATE = {"endpointPrivateAccess": True, "endpointPublicAccess": False}
_PUBLIC = {"endpointPrivateAccess": True, "endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}

CASES: dict[str, tuple[dict[str, Any], Sequence[str], set[str]]] = {
    "private": (_PRIVATE, [], set()),
    "private with a rule for the network": (_PRIVATE, ["10.0.0.0/16"], {"network"}),
    "private with a rule for the VPN": (_PRIVATE, ["10.200.0.0/16"], {"vpn"}),
    "public for some": (_PUBLIC, [], {"office"}),
    "public for some, with rules": (_PUBLIC, ["10.0.0.0/16", "10.200.0.0/16"], {"office", "network"}),
    "public for all": ({}, [], set(CALLERS)),
}


@pytest.mark.parametrize("case", CASES)
def test_who_reaches_the_api(aws: AwsFixture, case: str) -> None:
    config, ranges, expected = CASES[case]
    name = case.replace(" ", "-").replace(",", "")
    cluster = aws.create_cluster(name, resourcesVpcConfig=config)
    group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    for cidr in ranges:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": cidr}]}
        aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    eks = aws.account.eks
    assert {key for key, text in CALLERS.items() if reaches(eks, name, "api", parse(text))} == expected
    assert reaches(eks, name, "api", NODE)
    assert not reaches(eks, "other", "api", NODE)
    aws.delete_cluster(name)
