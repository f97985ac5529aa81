"""What the plugin asks the account beside resources."""

from sandbox.cloud.account.account import Account
from sandbox.cloud.account.model import Json
from sandbox.gcp.account import versions
from sandbox.gcp.account.places import zones_of


def engine_versions(account: Account, asked: Json) -> Json:
    """https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations/getServerConfig"""
    del account
    prefix = str(asked.get("versionPrefix", ""))
    valid = [one for one in versions.builds("REGULAR") if one.startswith(prefix)]
    default = versions.offered("REGULAR", None)
    return {
        "validMasterVersions": valid,
        "validNodeVersions": valid,
        "latestMasterVersion": valid[0] if valid else "",
        "latestNodeVersion": valid[0] if valid else "",
        "defaultClusterVersion": default,
        "releaseChannelDefaultVersion": {one: versions.offered(one, None) for one in versions.CHANNELS},
        "releaseChannelLatestVersion": {one: versions.builds(one)[0] for one in versions.CHANNELS},
    }


def zones(account: Account, asked: Json) -> Json:
    """https://cloud.google.com/compute/docs/reference/rest/v1/zones/list"""
    del account
    return {"names": list(zones_of(str(asked["region"])))}


FUNCTIONS = {"engine-versions": engine_versions, "zones": zones}
