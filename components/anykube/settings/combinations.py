"""Combinations of fields for the capability table: settings that have them, and the messages of the rules.

No message is written here. The rules check minimal settings of each kind of cluster with a few fields added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from anykube._clouds.registry import definitions
from anykube._clusters.cloud import Mode
from anykube._clusters.clouds import CLOUDS
from anykube._rules.source import SourceNode
from anykube.settings.files import merge
from anykube.settings.loader import validate
from anykube.settings.tree import parse


@dataclass(frozen=True)
class Column:
    """A kind of cluster: a column of the capability table."""

    cloud: str
    mode: Mode = "standard"

    @property
    def title(self) -> str:
        """The name of the product."""
        cloud = CLOUDS.get(self.cloud)
        if cloud is None:
            return self.cloud
        return cloud.service if self.mode == "standard" else cloud.managed_mode_name

    @property
    def pools(self) -> bool:
        """Whether its settings have node pools."""
        return self.mode == "standard" and self.cloud != "existing"


COLUMNS = (*(Column(cloud, mode) for cloud in CLOUDS for mode in ("standard", "managed")), Column("local"))
ALL = (*COLUMNS, Column("existing"))
"""Includes clusters that settings only refer to."""

_MINIMAL: Mapping[str, str] = {
    **{name: cloud.sample.minimal for name, cloud in definitions().items()},
    "local": "{cloud: local, name: a}",
    "existing": "{cloud: existing}",
}
_TAINTS = 'taints: [{key: CriticalAddonsOnly, value: "true", effect: NoSchedule}]'
_POOLS = f"{{pools: {{system: {{count: 2, {_TAINTS}}}}}}}"
_MANAGED: Mapping[str, str] = {name: cloud.sample.managed for name, cloud in definitions().items()}


def minimal_settings(column: Column) -> SourceNode:
    """The smallest valid settings of a kind of cluster."""
    managed = column.mode == "managed"
    section = _MANAGED[column.cloud] if managed else _POOLS if column.pools else "{}"
    return _merged(_MINIMAL[column.cloud], section)


def _merged(*sections: str) -> SourceNode:
    return reduce(merge, (parse(f"cluster: {section}", "page")[0] for section in sections))


@dataclass(frozen=True)
class Combination:
    """Fields that are set together: a row of the capability table."""

    label: str
    cluster: str | Mapping[str, str] = "{}"
    """YAML that is merged into the cluster section; by cloud if it differs. Other clouds do not have the fields."""
    pools: str = ""
    """YAML that is merged into the pools. Kinds of clusters without pools do not have the fields."""
    apps: str = "{}"
    """YAML of the apps."""

    def settings(self, column: Column) -> SourceNode | None:
        """Settings with these fields. None: the kind of cluster does not have them."""
        section = self.cluster if isinstance(self.cluster, str) else self.cluster.get(column.cloud)
        if section is None or (self.pools and not column.pools):
            return None
        fields = _merged(section, f"{{pools: {self.pools}}}") if self.pools else _merged(section)
        return reduce(merge, (minimal_settings(column), fields, parse(f"apps: {self.apps}", "page")[0]))


def messages(column: Column, combination: Combination) -> Sequence[str] | None:
    """The messages for the combination, each with its path. None: the kind of cluster does not have the fields."""
    settings = combination.settings(column)
    if settings is None:
        return None
    _, problems = validate(settings, "page")
    return sorted({f"{problem.path}: {problem.message}" for problem in problems})


def _app(fields: str, other: str = "") -> str:
    return f'{{web: {{image: "a:1", {fields}}}{f", {other}" if other else ""}}}'


def _routes(*tls: str, fields: str = "") -> str:
    hosts = [f"{{host: {name}.example.com, tls: {{{section}}}}}" for name, section in zip("ab", tls, strict=False)]
    return _app(f"routes: [{', '.join(hosts)}]{fields}")


def _all_clouds(section: str, *others: str) -> Mapping[str, str]:
    return dict.fromkeys((*CLOUDS, *others), section)


def _variants(label: str) -> Mapping[str, str]:
    """The section of each cloud whose sample has this variant."""
    return {
        name: cloud.sample.variants[label] for name, cloud in definitions().items() if label in cloud.sample.variants
    }


_PROVEN = {
    **{name: cloud.sample.certificate_issuer for name, cloud in definitions().items()},
    **dict.fromkeys(("local", "existing"), "{}"),
}
"""Clusters that can prove the ownership of hosts, if their cloud needs settings for that."""
_WITH_GATEWAYS = {
    **{name: f"{{gateway_api: true, {cloud.sample.certificate_issuer[1:]}" for name, cloud in definitions().items()},
    "local": "{gateway_api: true}",
}
_ISSUER = "tls: {issuer: cluster}"

COMBINATIONS: Sequence[Combination] = (
    Combination("no node pool", pools="null"),
    Combination("node pool", _all_clouds("{pools: {b: {count: 2}}}", "local")),
    Combination("no pool with the taint `CriticalAddonsOnly`", pools="{system: null, b: {count: 2}}"),
    Combination("`CriticalAddonsOnly` pool with `spot`", pools="{system: {spot: true}}"),
    Combination("`CriticalAddonsOnly` pool with `min: 0`", pools="{system: {count: null, min: 0, max: 4}}"),
    Combination(
        "`CriticalAddonsOnly` pool with fewer nodes than zones, and `nat: zone`",
        _all_clouds("{network: {nat: zone}}"),
        "{system: {count: null, min: 1, max: 4}}",
    ),
    Combination("`spot` with `surge`", pools='{b: {count: 2, spot: true, surge: "1"}}'),
    Combination("three nodes in two zones", _all_clouds("{}"), "{b: {count: 3}}"),
    Combination("disk of 25 GiB", pools="{b: {count: 2, disk: 25}}"),
    Combination("pool name that begins with a digit", pools="{1st: {count: 2}}"),
    Combination("pool name of 34 characters", pools=f"{{{'a' * 34}: {{count: 2}}}}"),
    Combination("GPU on arm64", pools="{b: {count: 2, machine: {gpu: 1, arch: arm64}}}"),
    Combination("machine type with another `arch`", _variants("machine type with another `arch`"), "{}"),
    Combination("machine type with `memory`", _variants("machine type with `memory`"), "{}"),
    Combination("`version` 1.35", _all_clouds('{version: "1.35"}')),
    Combination("`nat: zone`", _all_clouds("{network: {nat: zone}}")),
    Combination("existing network with `nat`", _variants("existing network with `nat`")),
    Combination(
        "existing network without a subnet for load balancers",
        _variants("existing network without a subnet for load balancers"),
    ),
    Combination("Services range of /25", _all_clouds("{network: {services: 172.20.0.0/25}}")),
    Combination(
        "Services range inside the network", _all_clouds("{network: {cidr: 10.0.0.0/16, services: 10.0.0.0/20}}")
    ),
    Combination("API open to the internet without `anywhere`", _all_clouds("{api: {public: [0.0.0.0/0]}}")),
    Combination("private API open to every network", _all_clouds("{api: {internal: [0.0.0.0/0]}}")),
    Combination(
        "API with public and internal ranges",
        _all_clouds("{api: {public: [203.0.113.0/24], internal: [10.200.0.0/16]}}"),
    ),
    Combination("group without `gke.security_group`", _variants("group without `gke.security_group`")),
    Combination("admin in an unknown format", _all_clouds("{access: {admins: [ann]}}")),
    Combination("cluster name of 41 characters", _all_clouds(f"{{name: {'a' * 41}}}", "local")),
    Combination("tag name with a slash", _all_clouds("{tags: {a/b: c}}")),
    Combination("tag value of 257 characters", _all_clouds(f"{{tags: {{a: {'b' * 257}}}}}")),
    Combination("region in an unknown format", _all_clouds("{region: MARS}")),
    Combination("zone of another region", _variants("zone of another region")),
    Combination("duplicate zone", _variants("duplicate zone")),
    Combination(
        "app with a route, without `gateway_api`",
        {**_all_clouds("{gateway_api: false}", "local"), "existing": "{}"},
        apps=_app("routes: [{host: a.example.com}]"),
    ),
    Combination(
        "`via: gateway` without `gateway_api`",
        {**_all_clouds("{gateway_api: false}", "local"), "existing": "{}"},
        apps=_app("via: gateway, routes: [{host: a.example.com}]"),
    ),
    Combination("`via: ingress` with `gateway`", apps=_app("via: ingress, gateway: {name: x}")),
    Combination(
        "`via: ingress` with a traffic split",
        apps=_app('via: ingress, next: {image: "a:2", weight: 10}, routes: [{host: a.example.com}]'),
    ),
    Combination(
        "`via: ingress` with a redirect",
        _PROVEN,
        apps=_app(f"via: ingress, routes: [{{host: a.example.com, {_ISSUER}, redirect: true}}]"),
    ),
    Combination(
        "`via: ingress` with a redirect for some hosts",
        _PROVEN,
        apps=_app(
            f"via: ingress, routes: [{{host: a.example.com, {_ISSUER}}},"
            f" {{host: b.example.com, {_ISSUER}, redirect: false}}]"
        ),
    ),
    Combination("certificate from a Secret", apps=_routes("secret_name: x")),
    Combination(
        "cert-manager with two issuers", apps=_routes("cert_manager: {issuer: x}", "cert_manager: {issuer: y}")
    ),
    Combination("`issuer: cluster`", apps=_routes("issuer: cluster")),
    Combination(
        "`issuer: cluster` for a wildcard host",
        _PROVEN,
        apps=_app(f'routes: [{{host: "*.example.com", {_ISSUER}}}]'),
    ),
    Combination(
        "`issuer: cluster` for a host of 64 characters",
        _PROVEN,
        apps=_app(f"routes: [{{host: {'a' * 52}.example.com, {_ISSUER}}}]"),
    ),
    Combination(
        "`issuer: cluster` with `via: gateway`",
        _WITH_GATEWAYS,
        apps=_routes("issuer: cluster", fields=", via: gateway"),
    ),
    Combination("identity without a section of the cloud", apps=_app("identity: {}")),
)
