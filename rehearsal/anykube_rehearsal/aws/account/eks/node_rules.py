"""EKS' validation rules for node groups. Each rule links to its document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.eks import versions
from anykube_rehearsal.aws.account.eks.rules import check_all, require_subnets
from anykube_rehearsal.aws.account.eks.state import Cluster
from anykube_rehearsal.aws.account.errors import EksError, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

MAX_TAINTS = 50
IMAGE_RELEASE = "20261118"
"""Release date of the machine images of every version, at the account's date."""

_RESERVED = ("kubernetes.io/", "k8s.io/", "eks.amazonaws.com/")


def require_scaling(scaling: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html"""
    check_all(
        scaling,
        (
            (
                lambda scaling: scaling["minSize"] > scaling["maxSize"],
                "Minimum capacity {minSize} can't be greater than max size {maxSize}",
            ),
            (
                lambda scaling: scaling["minSize"] > scaling["desiredSize"],
                "Minimum capacity {minSize} can't be greater than desired size {desiredSize}",
            ),
            (
                lambda scaling: scaling["desiredSize"] > scaling["maxSize"],
                "desired capacity {desiredSize} can't be greater than max size {maxSize}",
            ),
        ),
    )


def require_update(update: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html"""
    if "maxUnavailable" in update and "maxUnavailablePercentage" in update:
        raise invalid_parameter(
            "updateConfig.maxUnavailable and updateConfig.maxUnavailablePercentage cannot be specified together"
        )
    if update.get("maxUnavailable", 1) > 100:
        raise invalid_parameter("updateConfig.maxUnavailable can be 100 at most")


def require_repair(repair: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfig.html"""
    for limit in ("maxUnhealthyNodeThreshold", "maxParallelNodesRepaired"):
        if f"{limit}Count" in repair and f"{limit}Percentage" in repair:
            raise invalid_parameter(
                f"nodeRepairConfig.{limit}Count and nodeRepairConfig.{limit}Percentage cannot be specified together"
            )


def require_labels(labels: Iterable[str]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html"""
    if any(label.startswith(_RESERVED) for label in labels):
        raise invalid_parameter(f"Label cannot contain reserved prefixes [{', '.join(_RESERVED)}]")


def require_taints(taints: Sequence[Json]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html"""
    if len(taints) > MAX_TAINTS:
        raise invalid_parameter(f"taints has {len(taints)} items, a node group can have {MAX_TAINTS}")
    if any(not {"key", "effect"} <= taint.keys() for taint in taints):
        raise invalid_parameter("taints need a key and an effect")
    if len({(taint["key"], taint["effect"]) for taint in taints}) < len(taints):
        raise invalid_parameter("taints has the same key and effect twice")


def require_group_subnets(cluster: Cluster, subnet_ids: Sequence[str]) -> list[moto_backends.Subnet]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    subnets = require_subnets(cluster.region, subnet_ids, "subnets")
    foreign = [subnet.id for subnet in subnets if subnet.vpc != cluster.vpc]
    if foreign:
        raise invalid_parameter(f"Subnets [{', '.join(foreign)}] are not in the VPC of the cluster, {cluster.vpc}")
    return subnets


def require_template(region: str, params: Json) -> moto_backends.Template:
    """Looks up a launch template. https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html"""
    if ("id" in params) == ("name" in params):
        raise invalid_parameter("launchTemplate needs either an id or a name")
    template = moto_backends.template(region, params)
    if template is None:
        name, version = params.get("id") or params.get("name"), params.get("version", "$Default")
        raise invalid_parameter(f"Launch template {name} or its version {version} not found")
    return template


_NOT_IN_TEMPLATE: Mapping[str, str] = {
    "IamInstanceProfile": "Launch template should not specify an instance profile. The noderole in your request will "
    "be used to construct an instance profile.",
    "InstanceMarketOptions": "Launch template should not specify instance market options: use capacityType",
    "HibernationOptions": "Launch template should not specify hibernation options",
    "InstanceInitiatedShutdownBehavior": "Launch template should not specify a shutdown behavior",
}
_ONLY_IN_TEMPLATE: Mapping[str, str] = {
    "diskSize": "Disk size must be specified within the launch template.",
    "remoteAccess": "Remote access configuration must be specified within the launch template.",
}
"""https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html: fields that must be in one place only."""


def require_no_conflict(params: Json, data: Mapping[str, Any]) -> None:
    """Refuses fields that the launch template or the request must not have."""
    in_request = [message for field, message in _ONLY_IN_TEMPLATE.items() if field in params]
    in_template = [message for field, message in _NOT_IN_TEMPLATE.items() if data.get(field)]
    if any("SubnetId" in interface for interface in data.get("NetworkInterfaces", [])):
        in_template.append("Launch template should not specify subnets: the subnets in your request will be used")
    if params.get("instanceTypes") and data.get("InstanceType"):
        in_template.append("Cannot specify instance types in launch template and API request")
    if data.get("ImageId"):
        custom = [field for field in ("version", "releaseVersion") if field in params]
        in_template += [f"You cannot specify {field} when the launch template has an image" for field in custom]
        if params.get("amiType", "CUSTOM") != "CUSTOM":
            in_template.append("You cannot specify an image in the launch template and amiType")
    for message in in_request + in_template:
        raise invalid_parameter(message)


def ami_type(requested: str | None, instance_types: Sequence[str], version: str) -> str:
    """The requested or default image type, which must support the instance types.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html (amiType), and for AL2
    https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html
    """
    architectures = {name: moto_backends.architectures(name) for name in instance_types}
    for name, supported in architectures.items():
        if supported is None:
            raise invalid_parameter(f"The instance type {name} does not exist (instanceTypes)")
    common = set.intersection(*(set(supported or ()) for supported in architectures.values()))
    if not common & {"arm64", "x86_64"}:
        raise invalid_parameter(f"instanceTypes {', '.join(instance_types)} have no processor architecture in common")
    image_type = requested or ("AL2023_x86_64_STANDARD" if "x86_64" in common else "AL2023_ARM_64_STANDARD")
    if image_type != "CUSTOM" and ("arm64" if "ARM_64" in image_type else "x86_64") not in common:
        raise invalid_parameter(
            f"[{', '.join(instance_types)}] is not a valid instance type for requested amiType {image_type}"
        )
    if image_type.startswith("AL2_") and versions.minor(version) > 32:
        raise invalid_parameter(
            f"Requested amiType {image_type} is only supported for kubernetes versions 1.32 or earlier"
        )
    return image_type


def require_group_version(version: str, cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html

    And https://kubernetes.io/releases/version-skew-policy/: three minor versions below the API server at most.
    """
    try:
        behind = versions.minor(cluster.version) - versions.minor(version)
    except ValueError:
        raise invalid_parameter(f"version {version} is not a version of Kubernetes") from None
    if behind < 0:
        raise invalid_parameter(f"Nodegroup version {version} is above the cluster's version {cluster.version}")
    if behind > 3:
        raise invalid_parameter(
            f"Nodegroup version {version} is more than three minor versions below the cluster's version "
            f"{cluster.version}"
        )


def release(requested: str | None, version: str) -> str:
    """The requested or latest version of the image. https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html"""
    latest = f"{version}.0-{IMAGE_RELEASE}"
    if requested and not requested.startswith(f"{version}."):
        raise invalid_parameter(
            f"Requested Nodegroup release version {requested} is invalid. Allowed release version is {latest}"
        )
    return requested or latest


def update_error(group: Json) -> EksError | None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html (ResourceInUseException)"""
    if group["status"] in ("ACTIVE", "DEGRADED"):
        return None
    return EksError("ResourceInUseException", "Nodegroup cannot be updated as it is currently not in Active State")
