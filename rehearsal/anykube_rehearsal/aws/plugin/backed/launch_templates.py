"""Launch templates: the SDK's shape becomes EC2's by the names of EC2's own model, not by a table of ours."""

from collections.abc import Mapping
from typing import Any

from botocore.model import (  # type: ignore[import-untyped, unused-ignore]
    ListShape,
    Shape,
    StructureShape,
)
from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.ec2_kind import retag
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    found,
    is_made,
    mapping,
    pairs,
    tags_of,
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


def request(shape: Shape, value: Any) -> Any:
    """A value in the shape that EC2's model gives it. Raises ValueError for what the model does not know."""
    if isinstance(shape, ListShape):
        items = value if isinstance(value, list) else [value]
        return [request(shape.member, item) for item in items]
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        if shape.name.endswith("TagSpecificationRequest"):
            return {"ResourceType": value.get("resourceType"), "Tags": pairs(value.get("tags") or {})}
        folded = {name.lower(): name for name in shape.members}
        made = {}
        for wire, inner in value.items():
            if inner is None or inner == "":
                continue
            name = next((name for name in _names(wire) if name.lower() in folded), None)
            if name is None:
                raise ValueError(f"EC2 knows no {wire} in the {shape.name} of a launch template")
            made[folded[name.lower()]] = request(shape.members[folded[name.lower()]], inner)
        return made
    kind = shape.type_name
    if kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return int(value) if kind in ("integer", "long") else value


def _names(wire: str) -> list[str]:
    """EC2's possible names: Pulumi puts lists in the plural."""
    return [_RENAMED.get(wire, wire), wire, wire.removesuffix("s"), f"{wire.removesuffix('y')}ies", f"{wire}s"]


def data(account: Account, inputs: Inputs) -> Json:
    """The LaunchTemplateData of a template's inputs."""
    operation = account.client("ec2").meta.service_model.operation_model("CreateLaunchTemplate")
    shape = operation.input_shape.members["LaunchTemplateData"]
    given = {wire: value for wire, value in inputs.items() if wire not in _OWN | _STATE and not wire.startswith("__")}
    made: Json = request(shape, given)
    return made


class LaunchTemplate(Kind):
    """A template; every change is a new version of it."""

    token = "aws:ec2/launchTemplate:LaunchTemplate"
    volatile = frozenset({"latestVersion", "defaultVersion"})

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes its first version; one of that name with this mark is taken over."""
        client, name = making.account.client("ec2"), making.name()
        missing = ("InvalidLaunchTemplateName.NotFoundException",)
        answer = found(client.describe_launch_templates, *missing, LaunchTemplateNames=[name])
        for about in (answer or {}).get("LaunchTemplates", []):
            if is_made(making, mapping(about.get("Tags"))) and about["LaunchTemplateId"] not in making.known_ids:
                return str(about["LaunchTemplateId"])
        answer = call(
            client.create_launch_template,
            LaunchTemplateName=name,
            VersionDescription=making.inputs.get("description"),
            LaunchTemplateData=data(making.account, making.inputs),
            TagSpecifications=[{"ResourceType": "launch-template", "Tags": pairs(tags_of(making))}],
        )
        return str(answer["LaunchTemplate"]["LaunchTemplateId"])

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """Its name and versions; the data is what was given."""
        client = account.client("ec2")
        answer = found(client.describe_launch_templates, *_MISSING, LaunchTemplateIds=[identifier])
        if not answer or not answer["LaunchTemplates"]:
            return None
        about = answer["LaunchTemplates"][0]
        return {
            "arn": account.arn("ec2", f"launch-template/{identifier}"),
            "name": about["LaunchTemplateName"],
            "latestVersion": about["LatestVersionNumber"],
            "defaultVersion": about["DefaultVersionNumber"],
            TAGS: mapping(about.get("Tags")),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Makes another version where the data differs, and the default one of it where that is asked for."""
        client = account.client("ec2")
        before, after = data(account, old), data(account, new)
        if before != after or old.get("description") != new.get("description"):
            answer = call(
                client.create_launch_template_version,
                LaunchTemplateId=identifier,
                VersionDescription=new.get("description"),
                LaunchTemplateData=after,
            )
            latest = answer["LaunchTemplateVersion"]["VersionNumber"]
        else:
            latest = client.describe_launch_templates(LaunchTemplateIds=[identifier])["LaunchTemplates"][0][
                "LatestVersionNumber"
            ]
        default = latest if new.get("updateDefaultVersion") else new.get("defaultVersion")
        if default:
            client.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion=str(default))

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it and all its versions."""
        found(account.client("ec2").delete_launch_template, *_MISSING, LaunchTemplateId=identifier)

    @override
    def tag(self, account: Account, identifier: str, state: Inputs, tags: Mapping[str, str], gone: list[str]) -> None:
        """Sets and removes tags."""
        retag(account, identifier, tags, gone)


KINDS: list[Kind] = [LaunchTemplate()]
