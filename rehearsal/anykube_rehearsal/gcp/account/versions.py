"""The versions of GKE that each release channel offers.

https://cloud.google.com/kubernetes-engine/docs/release-schedule and .../concepts/release-channels, as they stand in
November 2026; the patch and GKE's own number are made up.
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
"""Minor versions that a cluster of a channel can be made with, or move to."""
DEFAULTS: Mapping[str, str] = dict.fromkeys(CHANNELS, "1.35")


def minor(version: str) -> str:
    """Such as 1.35."""
    return ".".join(version.split(".")[:2])


def offered(channel: str, asked: str | None) -> str | None:
    """The version that a request leads to; None where the channel does not offer it.

    `asked` may be a minor version, a patch or a whole one: https://cloud.google.com/kubernetes-engine/versioning
    """
    if not asked or asked in ("-", "latest"):
        return _BUILDS[CHANNELS[channel][-1] if asked == "latest" else DEFAULTS[channel]]
    found = [_BUILDS[one] for one in CHANNELS[channel]]
    return next(
        (one for one in found if one == asked or one.startswith(f"{asked}.") or one.startswith(f"{asked}-")), None
    )


def builds(channel: str) -> Sequence[str]:
    """All that a channel offers, the newest first."""
    return [_BUILDS[one] for one in reversed(CHANNELS[channel])]


def distance(older: str, newer: str) -> int:
    """Minor versions from one to the other."""
    return int(minor(newer).split(".")[1]) - int(minor(older).split(".")[1])
