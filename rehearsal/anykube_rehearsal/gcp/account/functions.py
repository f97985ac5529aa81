"""What the plugin asks the account beside resources."""

from dataclasses import replace

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json
from anykube_rehearsal.gcp.account import versions
from anykube_rehearsal.gcp.account.places import zones_of


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


def there(account: Account, asked: Json) -> Json:
    """Puts something into the project that was there before the stack, such as a network that its page names."""
    record = account.add(asked["token"], asked["inputs"])
    outputs = account.types[record.token].outputs(account, record)
    account.store.put(replace(record, outputs=outputs))
    return {"id": record.id}


FUNCTIONS = {"engine-versions": engine_versions, "there": there, "zones": zones}
