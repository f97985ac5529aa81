"""What the simulated EKS keeps: each thing as its own Describe call shows it."""

import threading
import time
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from anykube_rehearsal.aws.account.cloud import ACCOUNT
from anykube_rehearsal.aws.account.eks.faults import Faults
from anykube_rehearsal.aws.account.errors import EksError, not_found
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.aws.account.runtime import Runtime

T = TypeVar("T")

DAY = date(2026, 11, 23)
"""The day in the account: fixed, so that a rehearsal goes the same way tomorrow."""


@dataclass
class Update:
    """An update, and whose it is."""

    about: Json
    group: str = ""
    addon: str = ""


@dataclass
class Cluster:
    """A cluster and what belongs to it, by the names that its calls use."""

    about: Json
    region: str
    creator: str
    groups: dict[str, Json] = field(default_factory=dict)
    addons: dict[str, Json] = field(default_factory=dict)
    entries: dict[str, Json] = field(default_factory=dict)
    policies: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Associated access policies, by principal and ARN of the policy."""
    associations: dict[str, Json] = field(default_factory=dict)
    updates: dict[str, Update] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    """Network interfaces of the control plane."""
    node_interfaces: dict[str, list[str]] = field(default_factory=dict)
    """And of the nodes, by group."""

    @property
    def name(self) -> str:
        name: str = self.about["name"]
        return name

    @property
    def version(self) -> str:
        version: str = self.about["version"]
        return version

    @property
    def vpc(self) -> str:
        vpc: str = self.about["resourcesVpcConfig"]["vpcId"]
        return vpc

    @property
    def auto_mode(self) -> bool:
        """Whether EKS brings the nodes."""
        return bool(self.about.get("computeConfig", {}).get("enabled"))

    @property
    def has_nodes(self) -> bool:
        """Whether pods find a place."""
        return self.auto_mode or any(self.node_interfaces.values())

    def arn(self, kind: str, *parts: str) -> str:
        """An ARN in this cluster's region, such as `arn:aws:eks:eu-west-1:123456789012:addon/prod/coredns/ab12…`."""
        return arn(self.region, kind, self.name, *parts)

    def group(self, name: str) -> Json:
        """A node group. Raises EksError."""
        return _found(self.groups, name, f"No node group found for name: {name}.")

    def addon(self, name: str) -> Json:
        """An add-on. Raises EksError."""
        return _found(self.addons, name, f"No addon: {name} found in cluster: {self.name}")

    def entry(self, principal: str) -> Json:
        """An access entry. Raises EksError."""
        said = f"The specified principalArn could not be found. You can view your available access entries: {principal}"
        return _found(self.entries, principal, said)

    def association(self, identity: str) -> Json:
        """A pod identity association. Raises EksError."""
        return _found(self.associations, identity, f"No pod identity association found for id: {identity}")


class Eks:
    """The EKS of the account. Whatever reads or changes it holds `lock`."""

    def __init__(self, runtime: Runtime, faults: Faults, today: date = DAY) -> None:
        self.runtime, self.faults, self.today = runtime, faults, today
        self.clusters: dict[str, Cluster] = {}
        """By name, which is one cluster's in all regions: there is one Kubernetes for a name."""
        self.lock = threading.RLock()
        self.wait: Callable[[float], object] = time.sleep
        """How a long operation is slowed down."""

    def later(self, work: Callable[[], Callable[[], None]], failed: Callable[[Exception], None]) -> None:
        """Does work beside the answer, as EKS does: `work` without the lock, what it returns with it."""
        threading.Thread(target=self._do, args=(work, failed), daemon=True).start()

    def _do(self, work: Callable[[], Callable[[], None]], failed: Callable[[Exception], None]) -> None:
        self.wait(self.faults.slow)
        try:
            done = work()
            with self.lock:
                done()
        except Exception as error:
            if not isinstance(error, EksError):
                traceback.print_exc()
            with self.lock:
                failed(error)


@dataclass(frozen=True)
class Call:
    """One call of the API."""

    eks: Eks
    region: str
    caller: str
    """ARN of the IAM principal."""
    asked: Json
    """The parameters, which the service model takes."""

    @property
    def cluster(self) -> Cluster:
        """The cluster that it is about. Raises EksError."""
        name = self.asked["clusterName"] if "clusterName" in self.asked else self.asked["name"]
        found = self.eks.clusters.get(name)
        if found is None or found.region != self.region:
            raise not_found(f"No cluster found for name: {name}.")
        return found

    def page(self, key: str, items: Sequence[object]) -> Json:
        """The page of a list that was asked for. https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html"""
        token = self.asked.get("nextToken", "")
        start = int(token) if token.isdigit() else 0
        end = start + self.asked.get("maxResults", 100)
        return {key: list(items[start:end]), **({"nextToken": str(end)} if end < len(items) else {})}


def arn(region: str, kind: str, *parts: str) -> str:
    """An ARN of EKS."""
    return f"arn:aws:eks:{region}:{ACCOUNT}:{kind}/{'/'.join(parts)}"


def now() -> datetime:
    """Now, as answers have it."""
    return datetime.now(UTC)


def new_id() -> str:
    """An identifier as EKS gives them."""
    return str(uuid.uuid4())


def _found(kept: Mapping[str, T], name: str, said: str) -> T:
    found = kept.get(name)
    if found is None:
        raise not_found(said)
    return found
