"""What EKS refuses of a node group. Each rule names the document that it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anykube_rehearsal.aws.account import cloud
from anykube_rehearsal.aws.account.eks import versions
from anykube_rehearsal.aws.account.eks.rules import each, require_subnets
from anykube_rehearsal.aws.account.eks.state import Cluster
from anykube_rehearsal.aws.account.errors import EksError, invalid_parameter
from anykube_rehearsal.aws.account.response_shapes import Json

TAINTS = 50
RELEASE = "20261118"
"""Of the machine images: the one of every version, at the account's day."""

_RESERVED = ("kubernetes.io/", "k8s.io/", "eks.amazonaws.com/")


def require_scaling(scaling: Json) -> None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html"""
    each(
        scaling,
        (
            (
                lambda own: own["minSize"] > own["maxSize"],
                "Minimum capacity {minSize} can't be greater than max size {maxSize}",
            ),
            (
                lambda own: own["minSize"] > own["desiredSize"],
                "Minimum capacity {minSize} can't be greater than desired size {desiredSize}",
            ),
            (
                lambda own: own["desiredSize"] > own["maxSize"],
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
    for one in ("maxUnhealthyNodeThreshold", "maxParallelNodesRepaired"):
        if f"{one}Count" in repair and f"{one}Percentage" in repair:
            raise invalid_parameter(
                f"nodeRepairConfig.{one}Count and nodeRepairConfig.{one}Percentage cannot be specified together"
            )


def require_labels(labels: Iterable[str]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html"""
    if any(label.startswith(_RESERVED) for label in labels):
        raise invalid_parameter(f"Label cannot contain reserved prefixes [{', '.join(_RESERVED)}]")


def require_taints(taints: Sequence[Json]) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html"""
    if len(taints) > TAINTS:
        raise invalid_parameter(f"taints has {len(taints)} items, a node group can have {TAINTS}")
    if any(not {"key", "effect"} <= taint.keys() for taint in taints):
        raise invalid_parameter("taints need a key and an effect")
    if len({(taint["key"], taint["effect"]) for taint in taints}) < len(taints):
        raise invalid_parameter("taints has the same key and effect twice")


def require_group_subnets(cluster: Cluster, identities: Sequence[str]) -> list[cloud.Subnet]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    found = require_subnets(cluster.region, identities, "subnets")
    foreign = [one.id for one in found if one.vpc != cluster.vpc]
    if foreign:
        raise invalid_parameter(f"Subnets [{', '.join(foreign)}] are not in the VPC of the cluster, {cluster.vpc}")
    return found


def require_template(region: str, asked: Json) -> cloud.Template:
    """A launch template that is there. https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html"""
    if ("id" in asked) == ("name" in asked):
        raise invalid_parameter("launchTemplate needs either an id or a name")
    found = cloud.template(region, asked)
    if found is None:
        named = asked.get("id") or asked.get("name")
        raise invalid_parameter(f"Launch template {named} or its version {asked.get('version', '$Default')} not found")
    return found


_IN_TEMPLATE: Mapping[str, str] = {
    "IamInstanceProfile": "Launch template should not specify an instance profile. The noderole in your request will "
    "be used to construct an instance profile.",
    "InstanceMarketOptions": "Launch template should not specify instance market options: use capacityType",
    "HibernationOptions": "Launch template should not specify hibernation options",
    "InstanceInitiatedShutdownBehavior": "Launch template should not specify a shutdown behavior",
}
_ASKED_BESIDE: Mapping[str, str] = {
    "diskSize": "Disk size must be specified within the launch template.",
    "remoteAccess": "Remote access configuration must be specified within the launch template.",
}
"""https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html: what must be in one place only."""


def require_division(asked: Json, data: Mapping[str, Any]) -> None:
    """What a launch template and the request may each say."""
    beside = [said for field, said in _ASKED_BESIDE.items() if field in asked]
    inside = [said for field, said in _IN_TEMPLATE.items() if data.get(field)]
    if any("SubnetId" in one for one in data.get("NetworkInterfaces", [])):
        inside.append("Launch template should not specify subnets: the subnets in your request will be used")
    if asked.get("instanceTypes") and data.get("InstanceType"):
        inside.append("Cannot specify instance types in launch template and API request")
    if data.get("ImageId"):
        custom = [field for field in ("version", "releaseVersion") if field in asked]
        inside += [f"You cannot specify {field} when the launch template has an image" for field in custom]
        if asked.get("amiType", "CUSTOM") != "CUSTOM":
            inside.append("You cannot specify an image in the launch template and amiType")
    for said in beside + inside:
        raise invalid_parameter(said)


def ami_type(asked: str | None, instance_types: Sequence[str], version: str) -> str:
    """The kind of image, which fits the machines.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html (amiType), and for AL2
    https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html
    """
    known = {name: cloud.architectures(name) for name in instance_types}
    for name, found in known.items():
        if found is None:
            raise invalid_parameter(f"The instance type {name} does not exist (instanceTypes)")
    common = set.intersection(*(set(found or ()) for found in known.values()))
    if not common & {"arm64", "x86_64"}:
        raise invalid_parameter(f"instanceTypes {', '.join(instance_types)} have no processor architecture in common")
    chosen = asked or ("AL2023_x86_64_STANDARD" if "x86_64" in common else "AL2023_ARM_64_STANDARD")
    if chosen != "CUSTOM" and ("arm64" if "ARM_64" in chosen else "x86_64") not in common:
        raise invalid_parameter(
            f"[{', '.join(instance_types)}] is not a valid instance type for requested amiType {chosen}"
        )
    if chosen.startswith("AL2_") and versions.minor(version) > 32:
        raise invalid_parameter(f"Requested amiType {chosen} is only supported for kubernetes versions 1.32 or earlier")
    return chosen


def require_group_version(version: str, cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html

    And https://kubernetes.io/releases/version-skew-policy/: three minor versions below the API server at most.
    """
    try:
        behind = versions.minor(cluster.version) - versions.minor(version)
    except ValueError:
        raise invalid_parameter(f"version {version} is no version of Kubernetes") from None
    if behind < 0:
        raise invalid_parameter(f"Nodegroup version {version} is above the cluster's version {cluster.version}")
    if behind > 3:
        raise invalid_parameter(
            f"Nodegroup version {version} is more than three minor versions below the cluster's version "
            f"{cluster.version}"
        )


def release(asked: str | None, version: str) -> str:
    """The version of the image. https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html"""
    latest = f"{version}.0-{RELEASE}"
    if asked and not asked.startswith(f"{version}."):
        raise invalid_parameter(
            f"Requested Nodegroup release version {asked} is invalid. Allowed release version is {latest}"
        )
    return asked or latest


def busy(group: Json) -> EksError | None:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html (ResourceInUseException)"""
    if group["status"] in ("ACTIVE", "DEGRADED"):
        return None
    return EksError("ResourceInUseException", "Nodegroup cannot be updated as it is currently not in Active State")
