"""Leftovers on Google Cloud: load balancers of Services, Ingresses and Gateways with all their parts; firewall rules.

What GKE leaves: https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster
Names and target tags: https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules

Only firewall rules name the cluster, in their names or target tags. The other resources refer to the network created
for the cluster (`ownership.py`), or share with such a rule the id that Ingress controllers put into all names:
https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/namer/namer.go. Resources in the host project of a
shared network are not searched.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import (
    Clients,
    clients,
    cluster_networks,
    execute,
    list_aggregated,
    list_items,
    resource_name,
)
from anykube_cli.preflight.gcp.errors import summarize_error
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.planning import plan
from anykube_cli.sweep.ownership import Resource, owned_resources, strings
from anykube_cli.sweep.sweep import Leftover


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

_CONTROLLER_NAME = re.compile(r"(k8s\d?-|gke-|gkegw\d-|mcrt-).+|a[0-9a-f]{31}")
"""Names given by GKE's controllers of Ingresses, Gateways, certificates, and Services (an `a` and a UID)."""

_UID = re.compile(r"k8s1-([0-9a-f]{8})-.+|k8s-.+--([0-9a-f]{8})[0-9a-f]*")
"""Names with the Ingress controller's id of its cluster, of which endpoint groups have only the beginning."""
_UID_PREFIX = "uid "
_PATH = re.compile(r"https://[^/]+/compute/v1/(projects/.+)")


def account_factory(stack: str, spec: GkeClusterSpec) -> "Callable[[], Project]":
    """Opens the cluster's project with the environment's credentials."""

    def open_project() -> Project:
        return Project(plan(stack, spec), clients(identity.open_session(spec.gke.project)))

    return open_project


class Project:
    """A project, searched for leftovers of one cluster."""

    def __init__(self, plan: GcpPlan, clients: Clients) -> None:
        self._plan, self._clients = plan, clients
        self._owned: frozenset[str] = frozenset()
        """Paths found by earlier searches: the resource that led to one may be removed by now."""

    def summarize_error(self, error: BaseException) -> str:
        """The status and reason of Google Cloud's error."""
        return summarize_error(error)

    def leftovers(self) -> Iterator[Leftover]:
        """None while a cluster of this name exists anywhere in the project: a name does not tell its location."""
        clusters = self._clusters()
        if clusters is None or any(cluster["name"] == self._plan.cluster for cluster in clusters):
            return
        items = dict(self._items())
        pattern = _cluster_pattern(self._plan.cluster)
        other_patterns = [_cluster_pattern(cluster["name"]) for cluster in clusters]
        resources = [_resource(pattern, other_patterns, path, item) for path, (_, item) in items.items()]
        marked = (resource for resource in resources if resource.is_marked)
        uids = (name for resource in marked for name in resource.references if name.startswith(_UID_PREFIX))
        self._owned |= owned_resources(resources, self._owned.union(self._networks(clusters), uids))
        for path, (resource_type, item) in items.items():
            if path in self._owned:
                yield Leftover(f"{resource_type.noun} {item['name']}", partial(self._delete, resource_type, path))

    def _clusters(self) -> list[Mapping[str, Any]] | None:
        """All clusters of the project; None if a location did not respond."""
        parent = f"projects/{self._plan.project}/locations/-"
        response = execute(self._clients.container.projects().locations().clusters().list(parent=parent))
        return None if response.get("missingZones") else list(response.get("clusters", ()))

    def _networks(self, clusters: list[Mapping[str, Any]]) -> Iterator[str]:
        """Networks created for a cluster of this name that no cluster uses, with their subnetworks."""
        created = cluster_networks(self._plan, self._clients) if self._plan.network_description else frozenset()
        used = {resource_name(str(cluster.get("network", ""))) for cluster in clusters}
        if unused := created - used:
            for network in list_items(self._clients.compute.networks(), project=self._plan.project):
                if network["name"] in unused:
                    yield from map(_path, (network["selfLink"], *network.get("subnetworks", ())))

    def _items(self) -> Iterator[tuple[str, tuple[ResourceType, Mapping[str, Any]]]]:
        for resource_type in RESOURCE_TYPES:
            collection = getattr(self._clients.compute, resource_type.plural)()
            items = (
                list_items(collection, project=self._plan.project)
                if resource_type.only_global
                else (item for _, item in list_aggregated(collection, resource_type.plural, project=self._plan.project))
            )
            for item in items:
                yield _path(item["selfLink"]), (resource_type, item)

    def _delete(self, resource_type: ResourceType, path: str) -> None:
        """Deletes `projects/P/regions/R/…`. Most collections have a prefix for their scope, such as regionUrlMaps."""
        _, project, scope, *rest = path.split("/")
        prefix = scope.removesuffix("s")
        prefixed = f"{prefix}{resource_type.plural[0].upper()}{resource_type.plural[1:]}"
        compute = self._clients.compute
        collection = getattr(compute, prefixed if hasattr(compute, prefixed) else resource_type.plural)()
        parameters = {resource_type.singular: rest[-1], **({prefix: rest[0]} if prefix != "global" else {})}
        execute(collection.delete(project=project, **parameters))


def _cluster_pattern(cluster: str) -> re.Pattern[str]:
    """GKE's names and tags with the name of a cluster and a hash."""
    return re.compile(rf"gke-{re.escape(cluster)}-[0-9a-f]{{8}}-.+")


def _resource(
    pattern: re.Pattern[str], other_patterns: Sequence[re.Pattern[str]], path: str, item: Mapping[str, Any]
) -> Resource:
    name, marks = str(item["name"]), (str(item["name"]), *item.get("targetTags", ()))
    references = set(map(_path, strings({**item, "selfLink": ""})))
    if uid := _UID.fullmatch(name):
        references.add(f"{_UID_PREFIX}{uid[1] or uid[2]}")
    # Another cluster's name may be this cluster's name and something like the hash.
    is_marked = any(
        pattern.fullmatch(mark) and not any(other.fullmatch(mark) for other in other_patterns) for mark in marks
    )
    return Resource(path, frozenset(references), bool(_CONTROLLER_NAME.fullmatch(name)), is_marked)


def _path(url: str) -> str:
    """The path of a resource's URL without the API's host; other strings are returned unchanged."""
    match = _PATH.fullmatch(url)
    return match[1] if match else url
