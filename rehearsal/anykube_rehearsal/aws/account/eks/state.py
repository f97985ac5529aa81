"""The state of the simulated EKS. Each resource is stored as its Describe call returns it."""

import threading
import time
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from anykube_rehearsal.aws.account.eks.faults import Faults
from anykube_rehearsal.aws.account.errors import EksError, not_found
from anykube_rehearsal.aws.account.moto_backends import ACCOUNT
from anykube_rehearsal.aws.account.response_shapes import Json
from anykube_rehearsal.aws.account.runtime import Runtime

T = TypeVar("T")

TODAY = date(2026, 11, 23)
"""The current date in the account: fixed, so that rehearsals are reproducible."""


@dataclass
class Update:
    """An update of a cluster, or of its node group or add-on."""

    description: Json
    group: str = ""
    addon: str = ""


@dataclass
class Cluster:
    """A cluster with its resources, by name or id."""

    description: Json
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
    """Network interfaces of the nodes, by node group."""

    @property
    def name(self) -> str:
        name: str = self.description["name"]
        return name

    @property
    def version(self) -> str:
        version: str = self.description["version"]
        return version

    @property
    def vpc(self) -> str:
        vpc: str = self.description["resourcesVpcConfig"]["vpcId"]
        return vpc

    @property
    def auto_mode(self) -> bool:
        """Whether the cluster is in Auto Mode."""
        return bool(self.description.get("computeConfig", {}).get("enabled"))

    @property
    def has_nodes(self) -> bool:
        """Whether pods can be scheduled."""
        return self.auto_mode or any(self.node_interfaces.values())

    def arn(self, kind: str, *parts: str) -> str:
        """An ARN in this cluster's region, such as `arn:aws:eks:eu-west-1:123456789012:addon/prod/coredns/ab12…`."""
        return arn(self.region, kind, self.name, *parts)

    def group(self, name: str) -> Json:
        """A node group. Raises EksError."""
        return _get(self.groups, name, f"No node group found for name: {name}.")

    def addon(self, name: str) -> Json:
        """An add-on. Raises EksError."""
        return _get(self.addons, name, f"No addon: {name} found in cluster: {self.name}")

    def entry(self, principal: str) -> Json:
        """An access entry. Raises EksError."""
        message = (
            f"The specified principalArn could not be found. You can view your available access entries: {principal}"
        )
        return _get(self.entries, principal, message)

    def association(self, association_id: str) -> Json:
        """A pod identity association. Raises EksError."""
        return _get(self.associations, association_id, f"No pod identity association found for id: {association_id}")


class Eks:
    """The EKS of the account. Hold `lock` to read or change it."""

    def __init__(self, runtime: Runtime, faults: Faults, today: date = TODAY) -> None:
        self.runtime, self.faults, self.today = runtime, faults, today
        self.api_url: Callable[[str, str], str] = lambda _, server: server
        """The URL at which the caller finds a cluster's API server, of the cluster's name and the server's URL."""
        self.close_gates: Callable[[str], None] = lambda _: None
        """Is called with the name of each deleted cluster."""
        self.clusters: dict[str, Cluster] = {}
        """By name, which is unique in all regions, since one Kubernetes runs for each name."""
        self.lock = threading.RLock()
        self.wait: Callable[[float], object] = time.sleep
        """Delays a long operation."""

    def run_in_background(self, work: Callable[[], Callable[[], None]], on_error: Callable[[Exception], None]) -> None:
        """Works after the response, as EKS does: calls `work` without the lock, and its result with the lock."""
        threading.Thread(target=self._work, args=(work, on_error), daemon=True).start()

    def _work(self, work: Callable[[], Callable[[], None]], on_error: Callable[[Exception], None]) -> None:
        self.wait(self.faults.slow)
        try:
            done = work()
            with self.lock:
                done()
        except Exception as error:
            if not isinstance(error, EksError):
                traceback.print_exc()
            with self.lock:
                on_error(error)


@dataclass(frozen=True)
class Call:
    """A call of the API."""

    eks: Eks
    region: str
    caller: str
    """ARN of the IAM principal."""
    params: Json
    """The parameters, validated by the service model."""

    @property
    def cluster(self) -> Cluster:
        """The cluster in the parameters. Raises EksError."""
        name = self.params["clusterName"] if "clusterName" in self.params else self.params["name"]
        cluster = self.eks.clusters.get(name)
        if cluster is None or cluster.region != self.region:
            raise not_found(f"No cluster found for name: {name}.")
        return cluster

    def page(self, key: str, items: Sequence[object]) -> Json:
        """The requested page of a list. https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html"""
        token = self.params.get("nextToken", "")
        start = int(token) if token.isdigit() else 0
        end = start + self.params.get("maxResults", 100)
        return {key: list(items[start:end]), **({"nextToken": str(end)} if end < len(items) else {})}


def arn(region: str, kind: str, *parts: str) -> str:
    """An ARN of EKS."""
    return f"arn:aws:eks:{region}:{ACCOUNT}:{kind}/{'/'.join(parts)}"


def now() -> datetime:
    """The current time, for responses."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new identifier, as EKS generates them."""
    return str(uuid.uuid4())


def _get(items: Mapping[str, T], name: str, message: str) -> T:
    item = items.get(name)
    if item is None:
        raise not_found(message)
    return item
