"""The functions of pulumi_aws that stacks use, answered by the account."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.policies import document

Values = Mapping[str, Any]
Answer = Callable[[Account, Values], dict[str, Any]]


def _identity(account: Account, given: Values) -> dict[str, Any]:
    del given
    about = account.client("sts").get_caller_identity()
    number = about["Account"]
    return {"accountId": number, "arn": about["Arn"], "userId": about["UserId"], "id": number}


def _region(account: Account, given: Values) -> dict[str, Any]:
    name = str(given.get("name") or account.region)
    about = {"name": name, "region": name, "id": name, "endpoint": f"ec2.{name}.amazonaws.com"}
    return {**about, "description": name}


def _partition(account: Account, given: Values) -> dict[str, Any]:
    del account, given
    return {"partition": "aws", "id": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _filters(given: Values) -> list[dict[str, Any]]:
    return [{"Name": one["name"], "Values": one["values"]} for one in given.get("filters") or []]


def _zones(account: Account, given: Values) -> dict[str, Any]:
    filters = _filters(given)
    if given.get("state"):
        filters.append({"Name": "state", "Values": [given["state"]]})
    everywhere = bool(given.get("allAvailabilityZones"))
    # moto knows fewer filters than EC2; all its zones need no opt-in, which is what the usual one asks for.
    wanted = [one for one in filters if one["Name"] not in ("opt-in-status", "zone-type")]
    refused = any("opt-in-not-required" not in one["Values"] for one in filters if one["Name"] == "opt-in-status")
    about = account.client("ec2").describe_availability_zones(Filters=wanted, AllAvailabilityZones=everywhere)
    zones = sorted(
        (
            zone
            for zone in ([] if refused else about["AvailabilityZones"])
            if zone["ZoneName"] not in (given.get("excludeNames") or [])
            and zone["ZoneId"] not in (given.get("excludeZoneIds") or [])
        ),
        key=lambda zone: str(zone["ZoneName"]),
    )
    return {
        "id": account.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", account.region) for zone in zones}),
    }


def _types(account: Account, given: Values) -> dict[str, Any]:
    pages = account.client("ec2").get_paginator("describe_instance_types").paginate(Filters=_filters(given))
    return {"instanceTypes": sorted(one["InstanceType"] for page in pages for one in page["InstanceTypes"])}


def _offerings(account: Account, given: Values) -> dict[str, Any]:
    parameters = {"Filters": _filters(given), "LocationType": given.get("locationType", "region")}
    about = account.client("ec2").describe_instance_type_offerings(**parameters)["InstanceTypeOfferings"]
    return {
        "instanceTypes": [one["InstanceType"] for one in about],
        "locationTypes": [one["LocationType"] for one in about],
        "locations": [one["Location"] for one in about],
    }


def _versions(account: Account, given: Values) -> dict[str, Any]:
    names = {"clusterType": "clusterType", "defaultOnly": "defaultOnly", "includeAll": "includeAll"} | {
        "clusterVersionsOnlies": "clusterVersions",
        "versionStatus": "versionStatus",
    }
    client = account.client("eks")
    parameters: dict[str, Any] = {name: given[wire] for wire, name in names.items() if given.get(wire) is not None}
    found: list[dict[str, Any]] = []
    while True:
        page = client.describe_cluster_versions(**parameters)
        found += page["clusterVersions"]
        if not page.get("nextToken"):
            return {"clusterVersions": [_version(one) for one in found]}
        parameters["nextToken"] = page["nextToken"]


def _version(about: Values) -> dict[str, Any]:
    dates = ("releaseDate", "endOfStandardSupportDate", "endOfExtendedSupportDate")
    return {
        "clusterType": about.get("clusterType", "eks"),
        "clusterVersion": about["clusterVersion"],
        "defaultPlatformVersion": about.get("defaultPlatformVersion", ""),
        "defaultVersion": about.get("defaultVersion", False),
        "kubernetesPatchVersion": about.get("kubernetesPatchVersion", ""),
        # The API has two fields for it, one of them old.
        "versionStatus": about.get("versionStatus") or str(about.get("status", "")).upper().replace("-", "_"),
        **{date: _date(about.get(date)) for date in dates},
        "controlPlaneComponentConfigs": [],
        "controlPlaneScalingTiers": [],
    }


def _date(value: Any) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value or "")


def _addon_version(account: Account, given: Values) -> dict[str, Any]:
    name, kubernetes = given["addonName"], given["kubernetesVersion"]
    about = account.client("eks").describe_addon_versions(addonName=name, kubernetesVersion=kubernetes)["addons"]
    versions = [one for addon in about for one in addon["addonVersions"]]
    default = [one for one in versions if any(two.get("defaultVersion") for two in one.get("compatibilities", []))]
    chosen = versions[:1] if given.get("mostRecent") else default or versions[:1]
    if not chosen:
        raise ValueError(f"EKS has no version of the add-on {name} for Kubernetes {kubernetes}")
    return {"version": chosen[0]["addonVersion"], "id": name}


def _document(account: Account, given: Values) -> dict[str, Any]:
    del account
    return document(given)


ANSWERS: Mapping[str, Answer] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:ec2/getInstanceTypes:getInstanceTypes": _types,
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": _offerings,
    "aws:eks/getClusterVersions:getClusterVersions": _versions,
    "aws:eks/getAddonVersion:getAddonVersion": _addon_version,
    "aws:iam/getPolicyDocument:getPolicyDocument": _document,
}
