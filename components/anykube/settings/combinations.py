"""What fields together cannot be on a kind of cluster: pages that ask for it, and what is said of them.

No sentence stands here: the rules themselves are asked, of the least page of each kind with a few fields laid over it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from anykube._clouds.registry import definitions
from anykube._clusters.cloud import Mode
from anykube._clusters.clouds import CLOUDS
from anykube._rules.source import SourceNode
from anykube.settings.loader import judged
from anykube.settings.pages import merge
from anykube.settings.tree import parse


@dataclass(frozen=True)
class Column:
    """A kind of cluster."""

    cloud: str
    mode: Mode = "standard"

    @property
    def title(self) -> str:
        """As people call it."""
        found = CLOUDS.get(self.cloud)
        if found is None:
            return self.cloud
        return found.service if self.mode == "standard" else found.managed_mode_name

    @property
    def pools(self) -> bool:
        """Whether its page says what pools there are."""
        return self.mode == "standard" and self.cloud != "existing"


COLUMNS = (*(Column(cloud, mode) for cloud in CLOUDS for mode in ("standard", "managed")), Column("local"))
ALL = (*COLUMNS, Column("existing"))
"""Also those whose page says nothing of a cluster."""

_LEAST: Mapping[str, str] = {
    **{name: cloud.sample.minimal for name, cloud in definitions().items()},
    "local": "{cloud: local, name: a}",
    "existing": "{cloud: existing}",
}
_OWN = 'taints: [{key: CriticalAddonsOnly, value: "true", effect: NoSchedule}]'
_POOLS = f"{{pools: {{system: {{count: 2, {_OWN}}}}}}}"
_MANAGED: Mapping[str, str] = {name: cloud.sample.managed for name, cloud in definitions().items()}


def least(column: Column) -> SourceNode:
    """The least page of the kind that is right."""
    more = _MANAGED[column.cloud] if column.mode == "managed" else _POOLS
    return _laid(_LEAST[column.cloud], more if column.mode == "managed" or column.pools else "{}")


def _laid(*sections: str) -> SourceNode:
    return reduce(merge, (parse(f"cluster: {section}", "page")[0] for section in sections))


@dataclass(frozen=True)
class CombinationRules:
    """Fields that are asked for together."""

    words: str
    cluster: str | Mapping[str, str] = "{}"
    """What is laid over the least page's cluster section, in YAML; by cloud, where it is written differently there.
    Clouds that are not named have no such fields."""
    pools: str = ""
    """What is laid over its pools: where the cloud owns the nodes, there are none."""
    apps: str = "{}"
    """The apps of the page."""

    def page(self, column: Column) -> SourceNode | None:
        """The page; None where there are no such fields."""
        over = self.cluster if isinstance(self.cluster, str) else self.cluster.get(column.cloud)
        if over is None or (self.pools and not column.pools):
            return None
        section = _laid(over, f"{{pools: {self.pools}}}") if self.pools else _laid(over)
        return reduce(merge, (least(column), section, parse(f"apps: {self.apps}", "page")[0]))


def said(column: Column, together: CombinationRules) -> Sequence[str] | None:
    """What is wrong with such a page there, each with its path; None where there are no such fields."""
    page = together.page(column)
    if page is None:
        return None
    _, problems = judged(page, "page")
    return sorted({f"{one.path} {one.what}" for one in problems})


def cell(column: Column, together: CombinationRules) -> str:
    """The same in short."""
    found = said(column, together)
    # A name that is too long is not shown whole.
    return "–" if found is None else re.sub(r"(\w)\1{9,}", r"\1…", "; ".join(found)) or "yes"


def _app(fields: str, other: str = "") -> str:
    return f'{{web: {{image: "a:1", {fields}}}{f", {other}" if other else ""}}}'


def _routes(*tls: str, more: str = "") -> str:
    hosts = [f"{{host: {name}.example.com, tls: {{{one}}}}}" for name, one in zip("ab", tls, strict=False)]
    return _app(f"routes: [{', '.join(hosts)}]{more}")


def _everywhere(section: str, *others: str) -> Mapping[str, str]:
    return dict.fromkeys((*CLOUDS, *others), section)


def _each(words: str) -> Mapping[str, str]:
    """As each cloud's sample has it that has such fields."""
    return {
        name: cloud.sample.variants[words] for name, cloud in definitions().items() if words in cloud.sample.variants
    }


_PROVEN = {
    **{name: cloud.sample.certificate_issuer for name, cloud in definitions().items()},
    **dict.fromkeys(("local", "existing"), "{}"),
}
"""Whose hosts they are can be proven wherever the page has to say how."""
_WITH_GATEWAYS = {
    **{name: f"{{gateway_api: true, {cloud.sample.certificate_issuer[1:]}" for name, cloud in definitions().items()},
    "local": "{gateway_api: true}",
}
_PLAIN = "tls: {issuer: cluster}"

TOGETHER: Sequence[CombinationRules] = (
    CombinationRules("no pool", pools="null"),
    CombinationRules("a pool", _everywhere("{pools: {b: {count: 2}}}", "local")),
    CombinationRules("pools, and none with the taint `CriticalAddonsOnly`", pools="{system: null, b: {count: 2}}"),
    CombinationRules("that taint, and `spot`", pools="{system: {spot: true}}"),
    CombinationRules("that taint, and `min: 0`", pools="{system: {count: null, min: 0, max: 4}}"),
    CombinationRules(
        "that taint, `nat: zone`, and fewer nodes than zones",
        _everywhere("{network: {nat: zone}}"),
        "{system: {count: null, min: 1, max: 4}}",
    ),
    CombinationRules("`spot`, and `surge`", pools='{b: {count: 2, spot: true, surge: "1"}}'),
    CombinationRules("three nodes, and two zones", _everywhere("{}"), "{b: {count: 3}}"),
    CombinationRules("a disk of 25 GiB", pools="{b: {count: 2, disk: 25}}"),
    CombinationRules("a pool whose name begins with a digit", pools="{1st: {count: 2}}"),
    CombinationRules("a pool whose name has 34 characters", pools=f"{{{'a' * 34}: {{count: 2}}}}"),
    CombinationRules("GPUs, and processors of arm64", pools="{b: {count: 2, machine: {gpu: 1, arch: arm64}}}"),
    CombinationRules(
        "a machine by name, and another processor", _each("a machine by name, and another processor"), "{}"
    ),
    CombinationRules("a machine by name, and its memory", _each("a machine by name, and its memory"), "{}"),
    CombinationRules("`version` 1.35", _everywhere('{version: "1.35"}')),
    CombinationRules("`nat: zone`", _everywhere("{network: {nat: zone}}")),
    CombinationRules("a network that is there, and `nat`", _each("a network that is there, and `nat`")),
    CombinationRules(
        "a network that is there, and no subnet for load balancers",
        _each("a network that is there, and no subnet for load balancers"),
    ),
    CombinationRules("Services of /25", _everywhere("{network: {services: 172.20.0.0/25}}")),
    CombinationRules("Services over the network", _everywhere("{network: {cidr: 10.0.0.0/16, services: 10.0.0.0/20}}")),
    CombinationRules("the whole internet, and no `anywhere`", _everywhere("{api: {public: [0.0.0.0/0]}}")),
    CombinationRules("a group, and no `gke.security_group`", _each("a group, and no `gke.security_group`")),
    CombinationRules("an admin as no cloud names one", _everywhere("{access: {admins: [ann]}}")),
    CombinationRules("a name of 41 characters", _everywhere(f"{{name: {'a' * 41}}}", "local")),
    CombinationRules("a tag whose name has a slash", _everywhere("{tags: {a/b: c}}")),
    CombinationRules("a tag's value of 257 letters", _everywhere(f"{{tags: {{a: {'b' * 257}}}}}")),
    CombinationRules("a region as no cloud names one", _everywhere("{region: MARS}")),
    CombinationRules("a zone of another region", _each("a zone of another region")),
    CombinationRules("a zone twice", _each("a zone twice")),
    CombinationRules(
        "an app, and no `gateway_api`",
        {**_everywhere("{gateway_api: false}", "local"), "existing": "{}"},
        apps=_app("routes: [{host: a.example.com}]"),
    ),
    CombinationRules(
        "`via: gateway`, and no `gateway_api`",
        {**_everywhere("{gateway_api: false}", "local"), "existing": "{}"},
        apps=_app("via: gateway, routes: [{host: a.example.com}]"),
    ),
    CombinationRules("`via: ingress`, and a Gateway by name", apps=_app("via: ingress, gateway: {name: x}")),
    CombinationRules(
        "`via: ingress`, and weights",
        apps=_app('via: ingress, next: {image: "a:2", weight: 10}, routes: [{host: a.example.com}]'),
    ),
    CombinationRules(
        "`via: ingress`, and a redirect",
        _PROVEN,
        apps=_app(f"via: ingress, routes: [{{host: a.example.com, {_PLAIN}, redirect: true}}]"),
    ),
    CombinationRules(
        "`via: ingress`, and a redirect for some hosts",
        _PROVEN,
        apps=_app(
            f"via: ingress, routes: [{{host: a.example.com, {_PLAIN}}},"
            f" {{host: b.example.com, {_PLAIN}, redirect: false}}]"
        ),
    ),
    CombinationRules("a certificate from a Secret", apps=_routes("secret_name: x")),
    CombinationRules(
        "cert-manager, with two issuers", apps=_routes("cert_manager: {issuer: x}", "cert_manager: {issuer: y}")
    ),
    CombinationRules("`issuer: cluster`", apps=_routes("issuer: cluster")),
    CombinationRules(
        "`issuer: cluster`, and a wildcard",
        _PROVEN,
        apps=_app(f'routes: [{{host: "*.example.com", {_PLAIN}}}]'),
    ),
    CombinationRules(
        "`issuer: cluster`, and `via: gateway`",
        _WITH_GATEWAYS,
        apps=_routes("issuer: cluster", more=", via: gateway"),
    ),
    CombinationRules("an identity that says nothing of the cloud", apps=_app("identity: {}")),
)
