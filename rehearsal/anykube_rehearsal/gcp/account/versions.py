"""The GKE versions of each release channel, as of November 2026. Patch and build numbers are made up.

https://cloud.google.com/kubernetes-engine/docs/release-schedule and .../concepts/release-channels
"""

from collections.abc import Mapping, Sequence

_BUILDS: Mapping[str, str] = {
    "1.33": "1.33.9-gke.1120000",
    "1.34": "1.34.7-gke.1080000",
    "1.35": "1.35.5-gke.1241000",
    "1.36": "1.36.2-gke.1017000",
}
CHANNELS: Mapping[str, Sequence[str]] = {
    "RAPID": ("1.35", "1.36"),
    "REGULAR": ("1.35", "1.36"),
    "STABLE": ("1.35",),
    "EXTENDED": ("1.33", "1.34", "1.35", "1.36"),
    "UNSPECIFIED": ("1.35", "1.36"),
}
"""Minor versions for new clusters and upgrades, by channel."""
DEFAULTS: Mapping[str, str] = dict.fromkeys(CHANNELS, "1.35")


def minor(version: str) -> str:
    """The minor version, such as 1.35."""
    return ".".join(version.split(".")[:2])


def resolve(channel: str, version: str | None) -> str | None:
    """The full version that GKE chooses for a requested one; None if the channel does not offer it.

    `version` is a minor, patch or full version: https://cloud.google.com/kubernetes-engine/versioning
    """
    if not version or version in ("-", "latest"):
        return _BUILDS[CHANNELS[channel][-1] if version == "latest" else DEFAULTS[channel]]
    for build in (_BUILDS[minor_version] for minor_version in CHANNELS[channel]):
        if build == version or build.startswith((f"{version}.", f"{version}-")):
            return build
    return None


def builds(channel: str) -> Sequence[str]:
    """The full versions that a channel offers, newest first."""
    return [_BUILDS[minor_version] for minor_version in reversed(CHANNELS[channel])]


def distance(older: str, newer: str) -> int:
    """The number of minor versions from one to the other."""
    return int(minor(newer).split(".")[1]) - int(minor(older).split(".")[1])
