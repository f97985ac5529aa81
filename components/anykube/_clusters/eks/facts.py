"""What settings for a cluster on AWS may contain. Imports no SDK."""

from datetime import date

from anykube._clusters.api_access import ApiFacts
from anykube._clusters.cloud import Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.eks.machines import MACHINES
from anykube._clusters.managed import Network

FACTS = Cloud(
    name="AWS",
    service="EKS",
    section="eks",
    managed_mode_name="Auto Mode",
    # https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    api=ApiFacts(network_has_private_address=True, network_needs_rule=True),
    # https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    principals=NameFormat(
        r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/\S+",
        "is not the ARN of an IAM role or user",
        "use an ARN such as arn:aws:iam::123456789012:role/NAME",
    ),
    regions=NameFormat(r"[a-z]{2,}(-[a-z]+)+-\d+", "is not an AWS region", "use a region such as eu-west-1"),
    # https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    zones=NameFormat(r"{region}\S*", "is not a zone in {region}", "use a zone such as {region}a"),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes and pods"),
        # https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
        service_range(str(Network().services), 12, 24),
    ),
    existing_network_field="eks.vpc",
    new_network_fields=("network",),
    catalogue=MACHINES,
    # https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
    support={
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
        "1.36": date(2027, 8, 2),
    },
    unsupported_cluster_fields=(
        UnsupportedField(
            "maintenance",
            "not supported: EKS upgrades a cluster only when you change its version, not in a maintenance window",
            "remove it; `eks.support` sets what happens when support for the version ends",
            {"days": ["sunday"]},
        ),
        UnsupportedField(
            "gateway_api",
            "not supported in Auto Mode, whose controller creates load balancers only for Ingresses and Services",
            "remove it, or set `mode: standard`",
            True,
            when=lambda value: value is True,
            mode="managed",
        ),
    ),
    identity_hint="`aws:` with its policies or statements",
    # The Pod Identity agent: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
    credential_endpoints=(("169.254.170.23", 80),),
)
