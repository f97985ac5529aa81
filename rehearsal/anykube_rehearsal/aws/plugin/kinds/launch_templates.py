"""Launch templates. Inputs are converted to EC2's request by the names in EC2's service model."""

from collections.abc import Mapping
from typing import Any

from botocore.model import (  # type: ignore[import-untyped, unused-ignore]
    ListShape,
    Shape,
    StructureShape,
)
from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.ec2_kind import retag
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    from_tag_list,
    has_mark,
    tags_of,
    to_tag_list,
)

_RENAMED = {
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "securityGroupNames": "SecurityGroups",
    "ramdiskId": "RamDiskId",
    "elasticGpuSpecifications": "ElasticGpuSpecifications",
    "elasticInferenceAccelerator": "ElasticInferenceAccelerators",
    "availabilityZoneId": "AvailabilityZoneId",
    "securityGroups": "Groups",
    "ipv4AddressCount": "SecondaryPrivateIpAddressCount",
    "vcpuCount": "VCpuCount",
    "memoryMib": "MemoryMiB",
}
_OWN = {"name", "namePrefix", "description", "tags", "tagsAll", "defaultVersion", "updateDefaultVersion", "region"}
_STATE = {"defaultVersion", "latestVersion", "arn", "id"}
_MISSING = ("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateName.NotFoundException")


def to_ec2(shape: Shape, value: Any) -> Any:
    """Converts a value to the shape of EC2's model. Raises ValueError for properties that the model does not have."""
    if isinstance(shape, ListShape):
        items = value if isinstance(value, list) else [value]
        return [to_ec2(shape.member, item) for item in items]
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        if shape.name.endswith("TagSpecificationRequest"):
            return {"ResourceType": value.get("resourceType"), "Tags": to_tag_list(value.get("tags") or {})}
        folded = {name.lower(): name for name in shape.members}
        result = {}
        for wire, inner in value.items():
            if inner is None or inner == "":
                continue
            name = next((name for name in _names(wire) if name.lower() in folded), None)
            if name is None:
                raise ValueError(f"{shape.name} of EC2's launch templates has no {wire}: remove it")
            result[folded[name.lower()]] = to_ec2(shape.members[folded[name.lower()]], inner)
        return result
    kind = shape.type_name
    if kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return int(value) if kind in ("integer", "long") else value


def _names(wire: str) -> list[str]:
    """EC2's possible names of a property: Pulumi pluralizes the names of lists."""
    return [_RENAMED.get(wire, wire), wire, wire.removesuffix("s"), f"{wire.removesuffix('y')}ies", f"{wire}s"]


def template_data(account: ProviderAccount, inputs: Inputs) -> Json:
    """The LaunchTemplateData for a template's inputs."""
    operation = account.client("ec2").meta.service_model.operation_model("CreateLaunchTemplate")
    shape = operation.input_shape.members["LaunchTemplateData"]
    values = {wire: value for wire, value in inputs.items() if wire not in _OWN | _STATE and not wire.startswith("__")}
    result: Json = to_ec2(shape, values)
    return result


class LaunchTemplateKind(Kind):
    """A launch template. Every update creates a version."""

    token = "aws:ec2/launchTemplate:LaunchTemplate"
    volatile = frozenset({"latestVersion", "defaultVersion"})

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the template, or adopts one with this name and mark."""
        client, name = request.account.client("ec2"), request.name()
        missing = ("InvalidLaunchTemplateName.NotFoundException",)
        response = call_or_none(client.describe_launch_templates, *missing, LaunchTemplateNames=[name])
        for description in (response or {}).get("LaunchTemplates", []):
            if (
                has_mark(request, from_tag_list(description.get("Tags")))
                and description["LaunchTemplateId"] not in request.known_ids
            ):
                return str(description["LaunchTemplateId"])
        response = call(
            client.create_launch_template,
            LaunchTemplateName=name,
            VersionDescription=request.inputs.get("description"),
            LaunchTemplateData=template_data(request.account, request.inputs),
            TagSpecifications=[{"ResourceType": "launch-template", "Tags": to_tag_list(tags_of(request))}],
        )
        return str(response["LaunchTemplate"]["LaunchTemplateId"])

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads name and versions. The data is not read."""
        client = account.client("ec2")
        response = call_or_none(client.describe_launch_templates, *_MISSING, LaunchTemplateIds=[identifier])
        if not response or not response["LaunchTemplates"]:
            return None
        description = response["LaunchTemplates"][0]
        return {
            "arn": account.arn("ec2", f"launch-template/{identifier}"),
            "name": description["LaunchTemplateName"],
            "latestVersion": description["LatestVersionNumber"],
            "defaultVersion": description["DefaultVersionNumber"],
            TAGS: from_tag_list(description.get("Tags")),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Creates a version if the data differs, and sets the default version if requested."""
        client = account.client("ec2")
        before, after = template_data(account, old), template_data(account, new)
        if before != after or old.get("description") != new.get("description"):
            response = call(
                client.create_launch_template_version,
                LaunchTemplateId=identifier,
                VersionDescription=new.get("description"),
                LaunchTemplateData=after,
            )
            latest = response["LaunchTemplateVersion"]["VersionNumber"]
        else:
            latest = client.describe_launch_templates(LaunchTemplateIds=[identifier])["LaunchTemplates"][0][
                "LatestVersionNumber"
            ]
        default = latest if new.get("updateDefaultVersion") else new.get("defaultVersion")
        if default:
            client.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion=str(default))

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the template with all versions."""
        call_or_none(account.client("ec2").delete_launch_template, *_MISSING, LaunchTemplateId=identifier)

    @override
    def tag(
        self, account: ProviderAccount, identifier: str, state: Inputs, tags: Mapping[str, str], removed: list[str]
    ) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, removed)


KINDS: list[Kind] = [LaunchTemplateKind()]
