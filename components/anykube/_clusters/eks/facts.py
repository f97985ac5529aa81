"""What a page may say of a cluster on AWS. No SDK is needed to know it."""

from datetime import date

from anykube._clusters.cloud import Cloud, NameFormat, UnsupportedField, network_range, service_range
from anykube._clusters.eks.machines import MACHINES
from anykube._clusters.managed import Network

FACTS = Cloud(
    name="AWS",
    service="EKS",
    section="eks",
    managed_mode_name="Auto Mode",
    # https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    principals=NameFormat(
        r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/\S+",
        "which is not the ARN of a role or user",
        "give it as arn:aws:iam::123456789012:role/NAME, or user/NAME",
    ),
    regions=NameFormat(r"[a-z]{2,}(-[a-z]+)+-\d+", "which is not a region of AWS", "write it such as eu-west-1"),
    # https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    zones=NameFormat(r"{region}\S*", "which is not a zone of {region}", "name zones of {region}, such as {region}a"),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes and pods of all zones"),
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
            "is given, but EKS upgrades a cluster when it is asked to, and not in a window",
            "remove it; `eks.support` says what happens when the version's support ends",
            {"days": ["sunday"]},
        ),
        UnsupportedField(
            "gateway_api",
            "is true, but Auto Mode's own controller makes load balancers of Ingresses and Services alone",
            "remove it, or write `mode: standard`",
            True,
            when=lambda value: value is True,
            mode="managed",
        ),
    ),
    identity_hint="`aws:` with its policies or statements",
)
