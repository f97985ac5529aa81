"""`Cloud`: what settings of a cluster may contain on a cloud. Clouds differ in this data, not in code branches."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from anykube._clusters.api_access import ApiFacts
from anykube._clusters.machines import Catalogue
from anykube._clusters.spec import Taint

Mode = Literal["standard", "managed"]


@dataclass(frozen=True)
class NameFormat:
    """The format of a name in a cloud, such as a region or a principal."""

    pattern: str
    """Regular expression for the whole name. `{region}` stands for the cluster's region, here and in the messages."""
    mismatch: str
    """Message that follows a name that does not match: `is not an AWS region`."""
    remedy: str
    """Message that says what to write instead."""

    def matches(self, text: str, region: str = "") -> bool:
        """Whether a name has this format."""
        return re.fullmatch(self.pattern.replace("{region}", re.escape(region)), text) is not None

    def explain(self, text: str, region: str = "") -> tuple[str, str]:
        """The problem with a name that does not match, and the remedy."""
        problem = f"{text} {self.mismatch}"
        return problem.replace("{region}", region), self.remedy.replace("{region}", region)


def _any(value: Any) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True)
class UnsupportedField:
    """A field, or some of its values, that a cloud does not support. Settings that use it are rejected."""

    field: str
    """Path below the cluster, or below a pool, such as `machine.gpu`."""
    problem: str
    """Message that follows the field's path and a colon, such as `not supported by EKS`."""
    remedy: str
    """Message that says what to write instead."""
    example: object
    """An unsupported value."""
    when: Callable[[Any], bool] = _any
    """Whether a value, as a settings file has it, is unsupported. Default: every value is."""
    mode: Mode | None = None
    """The cluster mode to which this applies. None: both."""

    @property
    def always(self) -> bool:
        """Whether every value is unsupported."""
        return self.when is _any


@dataclass(frozen=True)
class AddressRange:
    """An address range of a cluster: of its network, its Services, its pods or its control plane."""

    field: str
    """Path of the field below the cluster."""
    default: str | None
    """The range if the field is not set, in CIDR notation."""
    label: str
    """What uses the range, in messages: `pods`."""
    sizes: tuple[int, int]
    """The shortest and the longest allowed prefix, such as (16, 20)."""
    remedy: str
    """Message for a range of another size."""


@dataclass(frozen=True)
class Cloud:
    """What a cloud with a managed Kubernetes service supports, as data."""

    name: str
    """The cloud's name in messages, such as AWS."""
    service: str
    """The cloud's Kubernetes service, such as EKS."""
    section: str
    """Name of the settings section with fields that only this cloud has, such as eks."""
    managed_mode_name: str
    """The cloud's name for `mode: managed`, such as Auto Mode."""
    principals: NameFormat
    """Format of the principals in `access`."""
    regions: NameFormat
    zones: NameFormat
    ranges: Sequence[AddressRange]
    """Address ranges that must not overlap. The network's range is the first."""
    existing_network_field: str
    """Path of the field that names an existing network, such as eks.vpc."""
    new_network_fields: Sequence[str]
    """Paths of fields that describe a new network. They conflict with `existing_network_field`."""
    catalogue: Catalogue
    """Machine types of the cloud."""
    support: Mapping[str, date]
    """The day on which standard support ends, by Kubernetes minor version. As of November 2026."""
    api: ApiFacts = field(default_factory=ApiFacts)
    """How access to the Kubernetes API differs from that on other clouds."""
    names: NameFormat | None = None
    """Format of cluster names. None: any DNS label."""
    tag_keys: NameFormat | None = None
    tag_values: NameFormat | None = None
    disk_size_limits: tuple[int, int] = (20, 16384)
    """The smallest and the largest disk of a node, in GiB."""
    equal_nodes_per_zone: bool = False
    """Whether a pool of fixed size must have the same number of nodes in each of its zones."""
    spot_taints: Sequence[Taint] = ()
    """Taints that the cloud adds to spot nodes."""
    unsupported_cluster_fields: Sequence[UnsupportedField] = ()
    unsupported_pool_fields: Sequence[UnsupportedField] = ()
    identity_hint: str = ""
    """What to write in an app's `identity` on this cloud, for messages: "`aws:` with its policies or statements"."""
    identity_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels for the pods of apps that have an identity."""
    credential_endpoints: Sequence[tuple[str, int]] = ()
    """The addresses and TCP ports at which pods with an identity get credentials, beside the cloud's HTTPS APIs."""
    local_volumes_hold_nodes: bool = False
    """Whether the autoscaler of node pools keeps a node for the directories of its pods."""

    def supports(self, version: str, today: date) -> bool:
        """Whether a version, such as 1.35 or 1.35.3-gke.1000, is in standard support on a day.

        True for versions newer than those in `support`, and for text that is not a version, such as `latest`.
        """
        match = re.match(r"(\d+)\.(\d+)", version)
        if match is None:
            return True
        minor = _number(match[0])
        ends = [end for supported, end in self.support.items() if _number(supported) >= minor]
        return not ends or today < min(ends)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def network_range(default: str, *, remedy: str) -> AddressRange:
    """The range of a new network, /16 to /20. `remedy` names what it must hold."""
    return AddressRange("network.cidr", default, "network", (16, 20), f"use a range from /16 to /20 for {remedy}")


def service_range(default: str, largest: int, smallest: int) -> AddressRange:
    """The range of Services. `largest` and `smallest` are prefix lengths, such as 12 and 24."""
    remedy = f"use a range from /{largest} to /{smallest}"
    return AddressRange("network.services", default, "Services", (largest, smallest), remedy)
