"""On Google Cloud: load balancers of Services, Ingresses and Gateways, with all that they are made of; firewall rules.

What stays: https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster
Names and target tags: https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules

Of these only rules of a firewall name the cluster, in their names or target tags. The others lead to the network that
was made for the cluster (`belonging.py`), or share with such a rule what controllers of Ingresses put into all names:
https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/namer/namer.go. What is in the host project of a shared
network is not seen.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Clients, ask, clients, items, last, own_networks, spread
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.planning import plan
from anykube_cli.preflight.gcp.refusal import brief
from anykube_cli.sweep.belonging import Thing, belonging, texts
from anykube_cli.sweep.sweep import Leftover


@dataclass(frozen=True)
class Kind:
    """A kind of thing of Compute Engine."""

    noun: str
    plural: str
    """Its collection, which is also the step before a name in a path."""
    singular: str
    """What methods call the name."""
    only_global: bool = False
    """Whether there is no list of them over all regions and zones."""


KINDS = (
    Kind("forwarding rule", "forwardingRules", "forwardingRule"),
    Kind("target HTTP proxy", "targetHttpProxies", "targetHttpProxy"),
    Kind("target HTTPS proxy", "targetHttpsProxies", "targetHttpsProxy"),
    Kind("URL map", "urlMaps", "urlMap"),
    Kind("SSL certificate", "sslCertificates", "sslCertificate"),
    Kind("target pool", "targetPools", "targetPool"),
    Kind("backend service", "backendServices", "backendService"),
    Kind("health check", "healthChecks", "healthCheck"),
    Kind("HTTP health check", "httpHealthChecks", "httpHealthCheck", only_global=True),
    Kind("network endpoint group", "networkEndpointGroups", "networkEndpointGroup"),
    Kind("instance group", "instanceGroups", "instanceGroup"),
    Kind("address", "addresses", "address"),
    Kind("firewall rule", "firewalls", "firewall", only_global=True),
    Kind("route", "routes", "route", only_global=True),
)
"""In the order in which they can go: what names others before these, and what names the cluster last."""

_MADE = re.compile(r"(k8s\d?-|gke-|gkegw\d-|mcrt-).+|a[0-9a-f]{31}")
"""Names that the controllers of GKE give: of Ingresses, Gateways, certificates, and Services (an `a` and a UID)."""

_UID = re.compile(r"k8s1-([0-9a-f]{8})-.+|k8s-.+--([0-9a-f]{8})[0-9a-f]*")
"""Names with what the controller of Ingresses calls its cluster: of endpoints just the beginning."""
_UID_IS = "uid "
_PATH = re.compile(r"https://[^/]+/compute/v1/(projects/.+)")


def entrance(stack: str, spec: GkeClusterSpec) -> "Callable[[], Project]":
    """The project of the page, as the environment's credentials let one in."""

    def enter() -> Project:
        return Project(plan(stack, spec), clients(identity.enter(spec.gke.project)))

    return enter


class Project:
    """A project, and the cluster."""

    def __init__(self, planned: GcpPlan, asked: Clients) -> None:
        self._plan, self._clients = planned, asked
        self._known: frozenset[str] = frozenset()
        """Of the cluster, as an earlier look has it: what led there may be gone by now."""

    def brief(self, error: BaseException) -> str:
        """By the status and the reason that Google Cloud gave."""
        return brief(error)

    def leftovers(self) -> Iterator[Leftover]:
        """Nothing while a cluster of this name is anywhere in the project: no name tells which of them it means."""
        clusters = self._clusters()
        if clusters is None or any(one["name"] == self._plan.cluster for one in clusters):
            return
        found = dict(self._things())
        own, others = _named(self._plan.cluster), [_named(one["name"]) for one in clusters]
        things = [_thing(own, others, path, item) for path, (_, item) in found.items()]
        named = (name for thing in things if thing.marked for name in thing.names if name.startswith(_UID_IS))
        self._known |= belonging(things, self._known.union(self._networks(clusters), named))
        for path, (kind, item) in found.items():
            if path in self._known:
                yield Leftover(f"{kind.noun} {item['name']}", partial(self._delete, kind, path))

    def _clusters(self) -> list[Mapping[str, Any]] | None:
        """All of the project; None where some place did not answer."""
        everywhere = f"projects/{self._plan.project}/locations/-"
        answer = ask(self._clients.container.projects().locations().clusters().list(parent=everywhere))
        return None if answer.get("missingZones") else list(answer.get("clusters", ()))

    def _networks(self, clusters: list[Mapping[str, Any]]) -> Iterator[str]:
        """Networks that were made for a cluster of this name, and that no cluster is in, with their subnetworks."""
        made = own_networks(self._plan, self._clients) if self._plan.network else frozenset()
        used = {last(str(one.get("network", ""))) for one in clusters}
        for one in items(self._clients.compute.networks(), project=self._plan.project) if made - used else ():
            if one["name"] in made - used:
                yield from map(_path, (one["selfLink"], *one.get("subnetworks", ())))

    def _things(self) -> Iterator[tuple[str, tuple[Kind, Mapping[str, Any]]]]:
        for kind in KINDS:
            collection = getattr(self._clients.compute, kind.plural)()
            listed = (
                items(collection, project=self._plan.project)
                if kind.only_global
                else (item for _, item in spread(collection, kind.plural, project=self._plan.project))
            )
            for item in listed:
                yield _path(item["selfLink"]), (kind, item)

    def _delete(self, kind: Kind, path: str) -> None:
        """`projects/P/regions/R/…`: the collection is called by where it is, unless that is where most of them are."""
        _, project, scope, *place = path.split("/")
        where = scope.removesuffix("s")
        name = f"{where}{kind.plural[0].upper()}{kind.plural[1:]}"
        compute = self._clients.compute
        collection = getattr(compute, name if hasattr(compute, name) else kind.plural)()
        named = {kind.singular: place[-1], **({where: place[0]} if where != "global" else {})}
        ask(collection.delete(project=project, **named))


def _named(cluster: str) -> re.Pattern[str]:
    """Names and tags of GKE's that name a cluster, and after it a hash."""
    return re.compile(rf"gke-{re.escape(cluster)}-[0-9a-f]{{8}}-.+")


def _thing(own: re.Pattern[str], others: Sequence[re.Pattern[str]], path: str, item: Mapping[str, Any]) -> Thing:
    name, marks = str(item["name"]), (str(item["name"]), *item.get("targetTags", ()))
    names = set(map(_path, texts({**item, "selfLink": ""})))
    if uid := _UID.fullmatch(name):
        names.add(f"{_UID_IS}{uid[1] or uid[2]}")
    # A cluster may be called like another one, with what looks like the hash behind it.
    marked = any(own.fullmatch(mark) and not any(other.fullmatch(mark) for other in others) for mark in marks)
    return Thing(path, frozenset(names), bool(_MADE.fullmatch(name)), marked)


def _path(url: str) -> str:
    """The path of a resource, without where its service answers; another text stays as it is."""
    found = _PATH.fullmatch(url)
    return found[1] if found else url
