"""The account's functions for the plugin and the rehearsal, in addition to resources."""

from dataclasses import replace

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.locations import node_zones


def engine_versions(account: Account, arguments: Json) -> Json:
    """https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations/getServerConfig"""
    del account
    prefix = str(arguments.get("versionPrefix", ""))
    valid = [version for version in versions.builds("REGULAR") if version.startswith(prefix)]
    default = versions.resolve("REGULAR", None)
    return {
        "validMasterVersions": valid,
        "validNodeVersions": valid,
        "latestMasterVersion": valid[0] if valid else "",
        "latestNodeVersion": valid[0] if valid else "",
        "defaultClusterVersion": default,
        "releaseChannelDefaultVersion": {channel: versions.resolve(channel, None) for channel in versions.CHANNELS},
        "releaseChannelLatestVersion": {channel: versions.builds(channel)[0] for channel in versions.CHANNELS},
    }


def zones(account: Account, arguments: Json) -> Json:
    """https://cloud.google.com/compute/docs/reference/rest/v1/zones/list"""
    del account
    return {"names": list(node_zones(str(arguments["region"])))}


def add_existing(account: Account, arguments: Json) -> Json:
    """Adds a resource that existed before the stack, such as a network that the stack's settings name."""
    record = account.add(arguments["token"], arguments["inputs"])
    outputs = account.types[record.token].outputs(account, record)
    account.store.put(replace(record, outputs=outputs))
    return {"id": record.id}


FUNCTIONS = {"engine-versions": engine_versions, "add-existing": add_existing, "zones": zones}
