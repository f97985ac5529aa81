"""The functions of pulumi_aws that stacks use."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.policies import document

Values = Mapping[str, Any]
Function = Callable[[ProviderAccount, Values], dict[str, Any]]


def _identity(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    del arguments
    caller = account.client("sts").get_caller_identity()
    number = caller["Account"]
    return {"accountId": number, "arn": caller["Arn"], "userId": caller["UserId"], "id": number}


def _session_context(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    """The role of a session with its path, which only IAM knows.

    terraform-provider-aws, internal/service/iam/session_context_data_source.go: other ARNs are their own issuer.
    """
    arn = str(arguments["arn"])
    name, _, session = arn.partition(":assumed-role/")[2].partition("/")
    result = {"arn": arn, "id": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": session}
    if not name:
        return result
    role = account.client("iam").get_role(RoleName=name)["Role"]
    return result | {"issuerArn": role["Arn"], "issuerId": role["RoleId"], "issuerName": role["RoleName"]}


def _region(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    name = str(arguments.get("name") or account.region)
    endpoint = f"ec2.{name}.amazonaws.com"
    return {"name": name, "region": name, "id": name, "endpoint": endpoint, "description": name}


def _partition(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    del account, arguments
    return {"partition": "aws", "id": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _filters(arguments: Values) -> list[dict[str, Any]]:
    return [{"Name": each["name"], "Values": each["values"]} for each in arguments.get("filters") or []]


def _zones(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    filters = _filters(arguments)
    if arguments.get("state"):
        filters.append({"Name": "state", "Values": [arguments["state"]]})
    all_zones = bool(arguments.get("allAvailabilityZones"))
    # moto supports fewer filters than EC2. None of its zones need an opt-in, which is the usual filter.
    supported = [each for each in filters if each["Name"] not in ("opt-in-status", "zone-type")]
    opt_in = [each["Values"] for each in filters if each["Name"] == "opt-in-status"]
    excluded = any("opt-in-not-required" not in values for values in opt_in)
    response = account.client("ec2").describe_availability_zones(Filters=supported, AllAvailabilityZones=all_zones)
    zones = sorted(
        (
            zone
            for zone in ([] if excluded else response["AvailabilityZones"])
            if zone["ZoneName"] not in (arguments.get("excludeNames") or [])
            and zone["ZoneId"] not in (arguments.get("excludeZoneIds") or [])
        ),
        key=lambda zone: str(zone["ZoneName"]),
    )
    return {
        "id": account.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", account.region) for zone in zones}),
    }


def _types(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    pages = account.client("ec2").get_paginator("describe_instance_types").paginate(Filters=_filters(arguments))
    return {"instanceTypes": sorted(each["InstanceType"] for page in pages for each in page["InstanceTypes"])}


def _offerings(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    parameters = {"Filters": _filters(arguments), "LocationType": arguments.get("locationType", "region")}
    offerings = account.client("ec2").describe_instance_type_offerings(**parameters)["InstanceTypeOfferings"]
    return {
        "instanceTypes": [offering["InstanceType"] for offering in offerings],
        "locationTypes": [offering["LocationType"] for offering in offerings],
        "locations": [offering["Location"] for offering in offerings],
    }


def _versions(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    names = {"clusterType": "clusterType", "defaultOnly": "defaultOnly", "includeAll": "includeAll"} | {
        "clusterVersionsOnlies": "clusterVersions",
        "versionStatus": "versionStatus",
    }
    client = account.client("eks")
    parameters: dict[str, Any] = {
        name: arguments[wire] for wire, name in names.items() if arguments.get(wire) is not None
    }
    versions: list[dict[str, Any]] = []
    while True:
        page = client.describe_cluster_versions(**parameters)
        versions += page["clusterVersions"]
        if not page.get("nextToken"):
            return {"clusterVersions": [_version(version) for version in versions]}
        parameters["nextToken"] = page["nextToken"]


def _version(description: Values) -> dict[str, Any]:
    dates = ("releaseDate", "endOfStandardSupportDate", "endOfExtendedSupportDate")
    return {
        "clusterType": description.get("clusterType", "eks"),
        "clusterVersion": description["clusterVersion"],
        "defaultPlatformVersion": description.get("defaultPlatformVersion", ""),
        "defaultVersion": description.get("defaultVersion", False),
        "kubernetesPatchVersion": description.get("kubernetesPatchVersion", ""),
        # The API has two fields for the status, one of them deprecated.
        "versionStatus": description.get("versionStatus")
        or str(description.get("status", "")).upper().replace("-", "_"),
        **{date: _date(description.get(date)) for date in dates},
        "controlPlaneComponentConfigs": [],
        "controlPlaneScalingTiers": [],
    }


def _date(value: Any) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value or "")


def _addon_version(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    name, kubernetes = arguments["addonName"], arguments["kubernetesVersion"]
    addons = account.client("eks").describe_addon_versions(addonName=name, kubernetesVersion=kubernetes)["addons"]
    versions = [version for addon in addons for version in addon["addonVersions"]]
    default = [version for version in versions if _is_default(version)]
    selected = versions[:1] if arguments.get("mostRecent") else default or versions[:1]
    if not selected:
        raise ValueError(f"EKS has no version of the add-on {name} for Kubernetes {kubernetes}")
    return {"version": selected[0]["addonVersion"], "id": name}


def _is_default(version: Values) -> bool:
    return any(each.get("defaultVersion") for each in version.get("compatibilities", []))


def _document(account: ProviderAccount, arguments: Values) -> dict[str, Any]:
    del account
    return document(arguments)


FUNCTIONS: Mapping[str, Function] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:iam/getSessionContext:getSessionContext": _session_context,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:ec2/getInstanceTypes:getInstanceTypes": _types,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": _offerings,
    "aws:eks/getClusterVersions:getClusterVersions": _versions,
    "aws:eks/getAddonVersion:getAddonVersion": _addon_version,
    "aws:iam/getPolicyDocument:getPolicyDocument": _document,
}
