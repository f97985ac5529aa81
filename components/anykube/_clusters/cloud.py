"""What a page may say of a cluster on each cloud, as data: three clouds differ in these tables, not in branches."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from anykube._clusters.machines import Catalogue
from anykube._clusters.spec import Taint

Mode = Literal["standard", "managed"]


@dataclass(frozen=True)
class NameFormat:
    """How a cloud writes something."""

    pattern: str
    """Regular expression of the whole text. `{region}` in it, and in the sentences, is the cluster's region."""
    isnt: str
    """What is wrong where it does not match: `which is not …`."""
    remedy: str

    def fits(self, text: str, region: str = "") -> bool:
        return re.fullmatch(self.pattern.replace("{region}", re.escape(region)), text) is not None

    def told(self, text: str, region: str = "") -> tuple[str, str]:
        """What is wrong, and what would be right."""
        what = f"is {text}, {self.isnt}"
        return what.replace("{region}", region), self.remedy.replace("{region}", region)


def _any(value: Any) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True)
class UnsupportedField:
    """A field that a cloud has nothing for: said, never dropped."""

    field: str
    """Its path below the cluster, or below a pool, such as `machine.gpu`."""
    what: str
    remedy: str
    example: object
    """A value that is refused, as a page has it."""
    when: Callable[[Any], bool] = _any
    """Which values are; what a page has is given, without its places."""
    mode: Mode | None = None
    """In which mode of the cluster. None: in both."""

    @property
    def always(self) -> bool:
        """Whether any value is refused."""
        return self.when is _any


@dataclass(frozen=True)
class Range:
    """A range of addresses that a cluster has beside its network's."""

    field: str
    """Its path below the cluster."""
    default: str | None
    title: str
    """Who has it, with a verb: `pods are`."""
    sizes: tuple[int, int]
    """The shortest prefix and the longest: the largest range, and the smallest."""
    remedy: str


@dataclass(frozen=True)
class Cloud:
    """A cloud that manages clusters."""

    name: str
    """As sentences name it: AWS."""
    service: str
    """What makes its clusters: EKS."""
    section: str
    """Of what only it has: eks."""
    automatic: str
    """What it calls its managed mode: Auto Mode."""
    principals: NameFormat
    regions: NameFormat
    zones: NameFormat
    ranges: Sequence[Range]
    """All that must not overlap; the network's own is the first."""
    there: str
    """The path of the field that names a network that is there."""
    replaced: Sequence[str]
    """Fields that describe what is made, and say nothing beside `there`."""
    catalogue: Catalogue
    support: Mapping[str, date]
    """Minor versions of Kubernetes, and the day on which their standard support ends. Facts of November 2026."""
    names: NameFormat | None = None
    """Of clusters. None: any DNS label."""
    tag_keys: NameFormat | None = None
    tag_values: NameFormat | None = None
    disks: tuple[int, int] = (20, 16384)
    """The smallest and the largest disk of a node, in GiB."""
    even: bool = False
    """Whether each zone of a pool of fixed size has the same number of nodes."""
    spot_taints: Sequence[Taint] = ()
    """What the cloud itself adds to nodes of spare capacity."""
    cluster: Sequence[UnsupportedField] = ()
    pool: Sequence[UnsupportedField] = ()
    identity: str = ""
    """The section of an app's identity that it takes, and what to write into it."""
    identity_labels: Mapping[str, str] = field(default_factory=dict)
    """What pods carry whose service account has an identity there."""

    def supports(self, version: str, today: date) -> bool:
        """Whether a version, such as 1.35 or 1.35.3-gke.1000, is in standard support on that day.

        One that is newer than all that are known is; so is what is no version, such as `latest`.
        """
        found = re.match(r"(\d+)\.(\d+)", version)
        if found is None:
            return True
        asked = _number(found[0])
        ends = [end for known, end in self.support.items() if _number(known) >= asked]
        return not ends or today < min(ends)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def network_range(default: str, *, remedy: str) -> Range:
    """The range of a network that is made."""
    return Range("network.cidr", default, "the network is", (16, 20), f"give a /16 to /20: {remedy}")


def service_range(default: str, largest: int, smallest: int) -> Range:
    """The range of Services."""
    remedy = f"give a /{largest} to /{smallest}"
    return Range("network.services", default, "Services are", (largest, smallest), remedy)
