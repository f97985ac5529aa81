"""The inventory of a Google Cloud project: leftovers of a GKE cluster, and what outlives it on purpose.

What GKE leaves: https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster. Resources in the host
project of a shared network are not searched.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import (
    Clients,
    clients,
    execute,
    get_or_none,
    list_aggregated,
    list_items,
    resource_name,
)
from anykube_cli.preflight.gcp.errors import summarize_error
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.planning import plan
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.gcp_names import HASH
from anykube_cli.sweep.gcp_ownership import GcpResource, judge
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.session import Session
from anykube_cli.sweep.strings import strings
from anykube_cli.sweep.sweep import Kept


@dataclass(frozen=True)
class ResourceType:
    """A resource type of Compute Engine."""

    noun: str
    plural: str
    """Its collection, also the path segment in front of a name."""
    singular: str
    """The parameter of API methods for its name."""
    only_global: bool = False
    """Whether it has no aggregated list over all regions and zones."""


RESOURCE_TYPES = (
    ResourceType("forwarding rule", "forwardingRules", "forwardingRule"),
    ResourceType("target HTTP proxy", "targetHttpProxies", "targetHttpProxy"),
    ResourceType("target HTTPS proxy", "targetHttpsProxies", "targetHttpsProxy"),
    ResourceType("URL map", "urlMaps", "urlMap"),
    ResourceType("SSL certificate", "sslCertificates", "sslCertificate"),
    ResourceType("target pool", "targetPools", "targetPool"),
    ResourceType("backend service", "backendServices", "backendService"),
    ResourceType("health check", "healthChecks", "healthCheck"),
    ResourceType("HTTP health check", "httpHealthChecks", "httpHealthCheck", only_global=True),
    ResourceType("network endpoint group", "networkEndpointGroups", "networkEndpointGroup"),
    ResourceType("instance group", "instanceGroups", "instanceGroup"),
    ResourceType("address", "addresses", "address"),
    ResourceType("firewall rule", "firewalls", "firewall", only_global=True),
    ResourceType("route", "routes", "route", only_global=True),
)
"""In an order in which they can be removed: a resource before those it refers to, firewall rules near the end."""

_BY_NOUN = {resource_type.noun: resource_type for resource_type in RESOURCE_TYPES}
_ONLY_GLOBAL = ("firewall-rules", "routes", "http-health-checks")
_PATH = re.compile(r"https://[^/]+/compute/v1/(projects/.+)")
_CLUSTER_LABEL, _LOCATION_LABEL = "goog-k8s-cluster-name", "goog-k8s-cluster-location"
"""Labels of claims' disks: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels"""


def account_factory(
    stack: str, spec: GkeClusterSpec, facts: Facts, memory: Memory
) -> Callable[[], Session[GcpResource]]:
    """Opens the cluster's project with the environment's credentials."""

    def open_project() -> Session[GcpResource]:
        return open_session(plan(stack, spec), clients(identity.open_session(spec.gke.project)), facts, memory)

    return open_project


def open_session(plan: GcpPlan, clients: Clients, facts: Facts, memory: Memory | None = None) -> Session[GcpResource]:
    """The session of a stack in a project."""
    return Session(Project(plan, clients), partial(judge, plan.cluster), facts, memory.save if memory else None)


class Project:
    """A project, with the resources that may be leftovers of one cluster."""

    def __init__(self, plan: GcpPlan, clients: Clients) -> None:
        self._plan, self._clients = plan, clients
        self._clusters: Sequence[Mapping[str, Any]] = ()
        self._users: Mapping[str, frozenset[str]] = {}

    def summarize_error(self, error: BaseException) -> str:
        """The status and reason of Google Cloud's error."""
        return summarize_error(error)

    def cluster_exists(self) -> bool:
        """Whether the cluster exists in its location. True also if a location did not respond."""
        parent = f"projects/{self._plan.project}/locations/-"
        response = execute(self._clients.container.projects().locations().clusters().list(parent=parent))
        self._clusters = list(response.get("clusters", ()))
        return bool(response.get("missingZones")) or any(map(self._is_mine, self._clusters))

    def _is_mine(self, cluster: Mapping[str, Any]) -> bool:
        return (cluster["name"], cluster.get("location")) == (self._plan.cluster, self._plan.region)

    def facts(self) -> Facts:
        """The networks of other clusters, and the hashes in the names of all clusters.

        Networks have no labels. The description of the stack's is no proof: another cluster may have the same name.
        """
        others = [cluster for cluster in self._clusters if not self._is_mine(cluster)]
        return Facts(
            shared_networks=frozenset(_path(self._network(cluster)) for cluster in others),
            keys=frozenset(filter(None, map(_key, filter(self._is_mine, self._clusters)))),
            foreign_keys=frozenset(filter(None, map(_key, others))),
        )

    def _network(self, cluster: Mapping[str, Any]) -> str:
        """The network of a cluster. `network` has only its name, and a shared one's project is elsewhere."""
        config: Mapping[str, Any] = cluster.get("networkConfig") or {}
        return str(config.get("network") or self._network_path(resource_name(str(cluster.get("network", "")))))

    def _network_path(self, name: str) -> str:
        return f"projects/{self._plan.project}/global/networks/{name}"

    def resources(self) -> Sequence[GcpResource]:
        """All resources of the types of `RESOURCE_TYPES`, in their order."""
        items = [(resource_type, item) for resource_type in RESOURCE_TYPES for item in self._items(resource_type)]
        self._users = _addresses(items)
        return [_resource(resource_type, item, self._users) for resource_type, item in items]

    def _items(self, resource_type: ResourceType) -> Iterator[Mapping[str, Any]]:
        collection = getattr(self._clients.compute, resource_type.plural)()
        if resource_type.only_global:
            yield from list_items(collection, project=self._plan.project)
        else:
            for _, item in list_aggregated(collection, resource_type.plural, project=self._plan.project):
                yield item

    def read(self, resource: GcpResource) -> GcpResource | None:
        """The resource as it is now; None if it is gone."""
        resource_type = _BY_NOUN[resource.kind]
        item = get_or_none(self._request(resource_type, resource.id, "get"))
        return _resource(resource_type, item, self._users) if item else None

    def delete(self, resource: GcpResource) -> None:
        """Requests its deletion."""
        execute(self._request(_BY_NOUN[resource.kind], resource.id, "delete"))

    def _request(self, resource_type: ResourceType, path: str, method: str) -> Any:
        """A request for `projects/P/regions/R/…`. Most collections have a prefix for scopes, such as regionUrlMaps."""
        _, project, scope, *rest = path.split("/")
        prefix = scope.removesuffix("s")
        prefixed = f"{prefix}{resource_type.plural[0].upper()}{resource_type.plural[1:]}"
        compute = self._clients.compute
        collection = getattr(compute, prefixed if hasattr(compute, prefixed) else resource_type.plural)()
        parameters = {resource_type.singular: rest[-1], **({prefix: rest[0]} if prefix != "global" else {})}
        return getattr(collection, method)(project=project, **parameters)

    def removal_command(self, resource: GcpResource) -> str:
        """Such as `gcloud compute firewall-rules delete NAME --project P`."""
        _, project, scope, *rest = resource.id.split("/")
        plural = re.sub("([A-Z])", r"-\1", _BY_NOUN[resource.kind].plural).lower()
        group = {"firewalls": "firewall-rules"}.get(plural, plural)
        flag = {"global": "" if group in _ONLY_GLOBAL else " --global"}.get(
            scope, f" --{scope.removesuffix('s')} {rest[0]}"
        )
        return f"gcloud compute {group} delete {shlex.quote(rest[-1])}{flag} --project {project}"

    def kept(self) -> Iterator[Kept]:
        """Disks of claims."""
        disks = list_aggregated(self._clients.compute.disks(), "disks", project=self._plan.project)
        for _, item in disks:
            labels: Mapping[str, str] = item.get("labels") or {}
            if (labels.get(_CLUSTER_LABEL), labels.get(_LOCATION_LABEL)) == (self._plan.cluster, self._plan.region):
                yield _kept_disk(_path(item["selfLink"]), item)


def _kept_disk(path: str, item: Mapping[str, Any]) -> Kept:
    _, project, scope, place, *_, name = path.split("/")
    command = f"gcloud compute disks delete {name} --{scope.removesuffix('s')} {place} --project {project}"
    return Kept(f"disk {name}", f"{item['sizeGb']} GiB of {resource_name(item['type'])} a month", command)


def _key(cluster: Mapping[str, Any]) -> str:
    """The hash in names of a cluster's firewall rules."""
    return f"{HASH}:{cluster['id'][:8]}" if cluster.get("id") else ""


def _addresses(items: Sequence[tuple[ResourceType, Mapping[str, Any]]]) -> Mapping[str, frozenset[str]]:
    """The addresses by the resource that uses each. Only the address says so, but the user is what refers."""
    users: dict[str, frozenset[str]] = {}
    for _, item in items:
        for user in item.get("users", ()):
            users[_path(user)] = users.get(_path(user), frozenset()) | {_path(item["selfLink"])}
    return users


def _resource(resource_type: ResourceType, item: Mapping[str, Any], users: Mapping[str, frozenset[str]]) -> GcpResource:
    path = _path(item["selfLink"])
    fields = {key: value for key, value in item.items() if key not in ("selfLink", "users", "description")}
    references = frozenset(text for text in map(_path, strings(fields)) if text.startswith("projects/"))
    return GcpResource(
        resource_type.noun,
        path,
        _path(str(item.get("network", ""))),
        frozenset(item.get("targetTags", ())),
        references | users.get(path, frozenset()),
        str(item.get("description", "")),
    )


def _path(url: str) -> str:
    """The path of a resource's URL without the API's host; other strings are returned unchanged."""
    match = _PATH.fullmatch(url)
    return match[1] if match else url
