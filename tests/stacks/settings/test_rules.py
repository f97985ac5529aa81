"""Each mistake is reported once, with its path."""

from collections.abc import Callable

import pytest
from anykube.settings.problems import Problem

Problems = Callable[..., tuple[Problem, ...]]

LOCAL = "cluster: {cloud: local, pools: {main: {count: 1}}}\n"
EXISTING = "cluster: {cloud: existing}\n"


def pool(fields: str) -> str:
    return f"cluster: {{cloud: local, pools: {{main: {{{fields}}}}}}}\n"


VPC = "{id: vpc-01234567, private_subnets: [subnet-1, subnet-2]}"


def aws(fields: str, *, zones: str = "[eu-west-1a, eu-west-1b]", machine: str = "cpu: 2", pools: str = "main") -> str:
    pool_section = f"pools: {{{pools}: {{count: 1, machine: {{{machine}}}}}}}" if pools else "pools: {}"
    more = f", {fields}" if fields else ""
    return f"cluster: {{cloud: aws, name: prod, region: eu-west-1, zones: {zones}, {pool_section}{more}}}\n"


def gcp(fields: str, *, zones: str = "[europe-west1-b, europe-west1-c]", pool: str = "count: 2", gke: str = "") -> str:
    section = "{project: my-project" + (f", {gke}" if gke else "") + "}"
    pools = f"pools: {{main: {{{pool}}}}}" if pool else "pools: {}"
    more = f", {fields}" if fields else ""
    return f"cluster: {{cloud: gcp, name: prod, region: europe-west1, zones: {zones}, gke: {section}, {pools}{more}}}\n"


SYSTEM = 'system: {count: 2, taints: [{key: CriticalAddonsOnly, value: "true", effect: NoSchedule}]}'


def azure(
    fields: str, *, zones: str = '["1", "2"]', pool: str = "count: 2", aks: str = "", system: str = SYSTEM
) -> str:
    section = f"{{subscription: {GUID}" + (f", {aks}" if aks else "") + "}"
    pools = f"pools: {{{f'{system}, ' if system else ''}main: {{{pool}}}}}" if pool else "pools: {}"
    more = f", {fields}" if fields else ""
    return f"cluster: {{cloud: azure, name: prod, region: westeurope, zones: {zones}, aks: {section}, {pools}{more}}}\n"


AUTOMATIC = 'mode: managed, version: "1.36", network: {nat: single}'
NETWORK = "network: {network: shared, subnetwork: nodes, pods: pods, services: services}"
_WITHIN = "/subscriptions/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/resourceGroups/y/providers/Microsoft.Network"
_SUBNETS = f"{_WITHIN}/virtualNetworks/z/subnets"
SUBNETS = f"network: {{nodes: {_SUBNETS}/n, api_server: {_SUBNETS}/a, load_balancers: {_SUBNETS}/l}}"
ZONE = f"dns_zone: {_WITHIN}/dnszones/example.com"
ISSUED = "routes: [{host: a.example.com, tls: {issuer: cluster}}]"
GUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def app(fields: str, *, image: str = "a:1", cluster: str = LOCAL) -> str:
    return f"{cluster}apps: {{web: {{image: '{image}', {fields}}}, api: {{image: 'b:1', namespace: other}}}}\n"


def named(name: str) -> str:
    return f"{LOCAL}apps: {{{name}: {{image: 'a:1'}}}}\n"


RIGHT = {
    "aws": aws(""),
    "aws open on purpose": aws("api: {public: [0.0.0.0/0], anywhere: true}"),
    "aws for a VPN": aws("api: {internal: [10.200.0.0/16], deploy_from: 10.200.7.0/24}"),
    "aws machine by name": aws("", machine="type: m7g.large"),
    "aws Auto Mode": aws("mode: managed", pools=""),
    "aws in a network that is there": aws(f"eks: {{vpc: {VPC}}}"),
    "gcp": gcp(""),
    "gcp Autopilot with Gateways": gcp("mode: managed, gateway_api: true", pool=""),
    "gcp in a network that is there": gcp("", gke=NETWORK),
    "gcp principals": gcp(
        "access: {admins: ['user:a@b.example'], viewers: ['group:c@b.example']}",
        gke="security_group: gke-security-groups@b.example",
    ),
    "certificates that Google makes": app(
        "routes: [{host: a.example, tls: {issuer: cluster}, redirect: true}]", cluster=gcp("")
    ),
    "a Secret on Google": app("routes: [{host: '*.a.b', tls: {secret_name: x}}]", cluster=gcp("")),
    "gcp one node in two zones": gcp("", pool="count: 1"),
    "gcp maintenance": gcp("maintenance: {days: [saturday, sunday], start: '22:30', hours: 6}"),
    "gcp labels": gcp("tags: {team: shop-1}"),
    "azure": azure(""),
    "azure Automatic": azure(AUTOMATIC, pool=""),
    "azure in a network that is there": azure("network: {services: 172.21.0.0/16}", aks=SUBNETS),
    "azure Automatic in a network that is there": azure(
        'mode: managed, version: "1.36"', pool="", aks=SUBNETS.replace(f", load_balancers: {_SUBNETS}/l", "")
    ),
    "azure principals": azure(f"access: {{admins: [{GUID}, 'group:{GUID}'], viewers: ['user:{GUID}', 'app:{GUID}']}}"),
    "azure with an issuer": app(ISSUED, cluster=azure("", aks=ZONE)),
    "azure spare capacity": azure("", pool="min: 0, max: 3, spot: true"),
    "azure maintenance": azure("maintenance: {days: [sunday], hours: 4}"),
    "an identity for three clouds": app(
        "identity: {aws: {policies: [x]}, gcp: {roles: [roles/viewer]}, azure: {roles: [{role: Reader, "
        "scope: /subscriptions/x}]}}",
        cluster=gcp(""),
    ),
    "digest": app("port: 80", image=f"a@sha256:{'0123' * 16}"),
    "registry with a port": app("port: 80", image="localhost:5000/a:1"),
    "Exact and Prefix": app("routes: [{host: a.b, paths: [{path: /x}, {path: /x, type: Exact}]}]"),
    "count within": pool("min: 1, max: 3, count: 2"),
    "zones of the cluster": pool("count: 1, zones: [local-c]"),
    "longest name": named("a" * 53),
    "issuer on local": app("routes: [{host: a.b, tls: {issuer: cluster}}]"),
    "same key, other effect": pool("count: 1, taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoExecute}]"),
}

WRONG = {
    "no size": (pool(""), "cluster.pools.main", "no size"),
    "min alone": (pool("min: 1"), "cluster.pools.main.min", "without max"),
    "max alone": (pool("max: 1"), "cluster.pools.main.max", "without min"),
    "min above max": (pool("min: 3, max: 1, count: 2"), "cluster.pools.main.min", "greater than max"),
    "count outside": (pool("min: 1, max: 2, count: 3"), "cluster.pools.main.count", "not between"),
    "misspelt max": (pool("min: 1, maxx: 3"), "cluster.pools.main.maxx", "known field"),
    "refused max": (pool("min: 1001, max: 3"), "cluster.pools.main.min", "too large"),
    "taint twice": (
        pool("count: 1, taints: [{key: a, effect: NoExecute}, {key: a, effect: NoExecute, value: b}]"),
        "cluster.pools.main.taints[1]",
        "taints[0]",
    ),
    "a zone that is not there": (
        pool("count: 1, zones: [local-a, local-z]"),
        "cluster.pools.main.zones[1]",
        "no zone local-z",
    ),
    "no tag": (app("port: 80", image="registry:5000/a"), "apps.web.image", "neither tag nor digest"),
    "latest": (app("port: 80", image="a:latest"), "apps.web.image", "latest"),
    "cpu limit": (app("resources: {cpu_limit: 50m}"), "apps.web.resources.cpu_limit", "100m by default"),
    "memory limit": (
        app("resources: {memory: 1Gi, memory_limit: 512Mi}"),
        "apps.web.resources.memory_limit",
        "less than memory",
    ),
    "stuck rollout": (app('rollout: {max_surge: "0%"}'), "apps.web.rollout.max_surge", "both 0"),
    "deadline": (app("health: {startup_seconds: 400}"), "apps.web.health.startup_seconds", "300 s"),
    "deadline alone": (app("rollout: {progress_deadline: 30}"), "apps.web.rollout.progress_deadline", "60 s"),
    "digit first": (named("1st"), "apps.1st", "digit"),
    "long name": (named("a" * 54), f"apps.{'a' * 54}", "54 characters"),
    "too long for a label": (named("a" * 64), f"apps.{'a' * 64}", "invalid"),
    "duplicate default path": (
        app("routes: [{host: a.b}, {host: a.b}]"),
        "apps.web.routes[1]",
        "apps.web.routes[0]",
    ),
    "duplicate but for a slash": (
        app("routes: [{host: a.b, paths: [{path: /x}, {path: /x/}]}]"),
        "apps.web.routes[0].paths[1]",
        "already has a route",
    ),
    "route elsewhere": (
        app("routes: [{paths: [{app: api}]}]"),
        "apps.web.routes[0].paths[0].app",
        "namespace other",
    ),
    "both sources": (
        app("routes: [{host: a.b, tls: {issuer: cluster, secret_name: x}}]"),
        "apps.web.routes[0].tls",
        "several certificate sources",
    ),
    "no source": (app("routes: [{host: a.b, tls: {}}]"), "apps.web.routes[0].tls", "certificate"),
    "misspelt source": (
        app("routes: [{host: a.b, tls: {isuer: local-ca}}]"),
        "apps.web.routes[0].tls.isuer",
        "known field",
    ),
    "issuer elsewhere": (
        app("routes: [{host: a.b, tls: {issuer: cluster}}]", cluster=EXISTING),
        "apps.web.routes[0].tls.issuer",
        "existing clusters",
    ),
    "open to all": (aws("api: {public: [0.0.0.0/0]}"), "cluster.api.public[0]", "whole internet"),
    "private but open to all": (aws("api: {internal: [0.0.0.0/0]}"), "cluster.api.internal[0]", "to every network"),
    "two addresses": (
        aws("api: {public: [203.0.113.0/24], internal: [10.200.0.0/16]}"),
        "cluster.api.internal",
        "with `public`",
    ),
    "pipeline nowhere": (aws("api: {deploy_from: office}"), "cluster.api.deploy_from", '"office" is invalid'),
    "no principal": (aws("access: {viewers: [me]}"), "cluster.access.viewers[0]", "not the ARN"),
    "zone twice": (aws("", zones="[eu-west-1a, eu-west-1a]"), "cluster.zones[1]", "second time"),
    "zone elsewhere": (aws("", zones="[eu-west-1a, us-east-1a]"), "cluster.zones[1]", "not a zone in eu-west-1"),
    "one zone": (aws("", zones="[eu-west-1a]"), "cluster.zones", "too few entries: 1"),
    "network too small": (aws("network: {cidr: 10.0.0.0/24}"), "cluster.network.cidr", "/24"),
    "services too large": (aws("network: {services: 172.0.0.0/8}"), "cluster.network.services", "/8"),
    "ranges overlap": (aws("network: {services: 10.0.0.0/16}"), "cluster.network.services", "overlap"),
    "two networks": (
        aws(f"network: {{nat: none}}, eks: {{vpc: {VPC}}}"),
        "cluster.network",
        "an existing one",
    ),
    "host bits": (aws("network: {cidr: 10.0.0.1/16}"), "cluster.network.cidr", "10.0.0.1/16"),
    "unsupported version": (aws('version: "1.29"'), "cluster.version", "1.29"),
    "pools of Auto Mode": (aws("mode: managed"), "cluster.pools", "Auto Mode"),
    "no pools": (aws("", pools=""), "cluster.pools", "no node pool"),
    "no such machine": (
        aws("", machine="type: m7g.lage"),
        "cluster.pools.main.machine.type",
        "EC2 machine type m7g.lage is not in the catalogue",
    ),
    "too large a machine": (aws("", machine="cpu: 500"), "cluster.pools.main.machine", "500 CPU"),
    "arch contradicts the type": (
        aws("", machine="type: m7g.large, arch: amd64"),
        "cluster.pools.main.machine.arch",
        "has arm64",
    ),
    "machine twice": (
        aws("", machine="type: m7g.large, memory: 8Gi"),
        "cluster.pools.main.machine.memory",
        "determines it",
    ),
    "maintenance on AWS": (aws("maintenance: {days: [sunday]}"), "cluster.maintenance", "not in a maintenance window"),
    "Gateways of Auto Mode": (aws("mode: managed, gateway_api: true", pools=""), "cluster.gateway_api", "Auto Mode"),
    "pools of Autopilot": (gcp("mode: managed"), "cluster.pools", "Autopilot"),
    "pools of Automatic": (azure(AUTOMATIC), "cluster.pools", "AKS Automatic"),
    "an ARN on Google": (
        gcp("access: {admins: ['arn:aws:iam::123456789012:role/ops']}"),
        "cluster.access.admins[0]",
        "not a Google Cloud principal",
    ),
    "a mail address on Azure": (
        azure("access: {viewers: [a@b.example]}"),
        "cluster.access.viewers[0]",
        "not an Entra object ID",
    ),
    "a region of AWS on Google": (
        gcp("").replace("region: europe-west1,", "region: eu-west-1,"),
        "cluster.region",
        "not a Google Cloud region",
    ),
    "a zone of AWS on Google": (gcp("", zones="[europe-west1-b, eu-west-1a]"), "cluster.zones[1]", "europe-west1"),
    "a zone of Google on Azure": (azure("", zones='["1", westeurope-2]'), "cluster.zones[1]", "not an Azure zone"),
    "long name on Google": (
        gcp("").replace("name: prod", f"name: {'a' * 41}"),
        "cluster.name",
        "not a valid name for a GKE cluster",
    ),
    "a tag of AWS on Google": (gcp("tags: {Team: shop}"), "cluster.tags.Team", "label key"),
    "a value of AWS on Google": (gcp("tags: {team: Shop}"), "cluster.tags.team", "label value"),
    "a tag's name on Azure": (azure('tags: {"a/b": shop}'), 'cluster.tags["a/b"]', "tag name"),
    "one NAT on Google": (gcp("network: {nat: single}"), "cluster.network.nat", "regional"),
    "a short window on Google": (gcp("maintenance: {hours: 4}"), "cluster.maintenance", "48 hours"),
    "two days on Azure": (
        azure("maintenance: {days: [saturday, sunday]}"),
        "cluster.maintenance.days",
        "only one day",
    ),
    "surge in percent on Google": (gcp("", pool='count: 2, surge: "10%"'), "cluster.pools.main.surge", "percentage"),
    "surge of 21 on Google": (gcp("", pool='count: 2, surge: "21"'), "cluster.pools.main.surge", "20 nodes"),
    "three nodes in two zones": (gcp("", pool="count: 3"), "cluster.pools.main.count", "spread evenly"),
    "a small disk on Azure": (azure("", pool="count: 1, disk: 20"), "cluster.pools.main.disk", "30 and 2048"),
    "a pool of EKS on Google": (gcp("", pool="count: 2, eks: {}"), "cluster.pools.main.eks", "the cluster is GKE"),
    "a pool of AKS on AWS": (
        aws("").replace("count: 1", "count: 1, aks: {}"),
        "cluster.pools.main.aks",
        "the cluster is EKS",
    ),
    "a pool of GKE on a laptop": (pool("count: 1, gke: {}"), "cluster.pools.main.gke", "the cluster is local"),
    "a machine of AWS on Google": (
        gcp("", pool="count: 2, machine: {type: m7g.large}"),
        "cluster.pools.main.machine.type",
        "Compute Engine machine type m7g.large is not in the catalogue",
    ),
    "a machine of Google on Azure": (
        azure("", pool="count: 2, machine: {type: n2-standard-2}"),
        "cluster.pools.main.machine.type",
        "Azure machine type n2-standard-2 is not in the catalogue",
    ),
    "pods over the network": (gcp("", gke="pods: 10.0.0.0/14"), "cluster.gke.pods", "overlap: network 10"),
    "pods over Services on Azure": (azure("", aks="pods: 172.20.0.0/16"), "cluster.aks.pods", "Services 172"),
    "a control plane of /24": (gcp("", gke="control_plane: 172.16.0.0/24"), "cluster.gke.control_plane", "/24"),
    "two networks on Google": (
        gcp("network: {nat: none}", gke=NETWORK),
        "cluster.network",
        "gke.network names an existing one",
    ),
    "two networks on Azure": (
        azure("network: {nat: single}", aks=SUBNETS),
        "cluster.network.nat",
        "aks.network names an existing one",
    ),
    "no way out on Azure": (azure("network: {nat: none}"), "cluster.network.nat", "need outbound internet access"),
    "no pool of AKS' own": (azure("", system=""), "cluster.pools", "requires a system pool"),
    "spare capacity for AKS itself": (
        azure("", system=SYSTEM.replace("count: 2", "count: 2, spot: true")),
        "cluster.pools.system.spot",
        "cannot use spot nodes",
    ),
    "a zone without AKS' own pods": (
        azure("", system=SYSTEM.replace("count: 2", "min: 1, max: 4")),
        "cluster.pools.system.min",
        "in each of its 2 zones",
    ),
    "no node for AKS' own pods": (
        azure("network: {nat: single}", system=SYSTEM.replace("count: 2", "min: 0, max: 4")),
        "cluster.pools.system.min",
        "at least one node",
    ),
    "surge of spare capacity": (
        azure("", pool='count: 1, spot: true, surge: "1"'),
        "cluster.pools.main.surge",
        "not supported by AKS for spot pools",
    ),
    "an old Automatic": (
        azure(AUTOMATIC.replace("1.36", "1.35"), pool=""),
        "cluster.version",
        "requires version 1.36",
    ),
    "Automatic with a way out of each zone": (
        azure('mode: managed, version: "1.36"', pool=""),
        "cluster.network.nat",
        "one subnet",
    ),
    "a channel of Automatic": (azure(AUTOMATIC, pool="", aks="channel: patch"), "cluster.aks.channel", "chooses it"),
    "no place for load balancers": (
        azure("", aks=SUBNETS.replace(f", load_balancers: {_SUBNETS}/l", "")),
        "cluster.aks.network",
        "no subnet for load balancers",
    ),
    "an issuer without a zone": (
        app(ISSUED, cluster=azure("")),
        "apps.web.routes[0].tls.issuer",
        "no DNS zone for certificates",
    ),
    "an identity without this cloud's": (
        app("identity: {aws: {policies: [x]}}", cluster=gcp("")),
        "apps.web.identity",
        "no section for Google Cloud",
    ),
    "a group that nothing is known of": (
        gcp("access: {viewers: ['group:c@b.example']}"),
        "cluster.access.viewers[0]",
        "groups require `gke.security_group`",
    ),
    "a long name of a pool on Google": (
        gcp("").replace("main:", f"{'a' * 34}:"),
        f"cluster.pools.{'a' * 34}",
        "34 characters",
    ),
    "a digit before a pool's name on Google": (gcp("").replace("main:", "1st:"), "cluster.pools.1st", "a digit"),
    "a wildcard that Google makes no certificate for": (
        app("routes: [{host: '*.a.b', tls: {issuer: cluster}}]", cluster=gcp("")),
        "apps.web.routes[0].tls.issuer",
        "wildcard",
    ),
    "a host of 64 characters in Google's certificate": (
        app(f"routes: [{{host: {'a' * 60}.com, tls: {{issuer: cluster}}}}]", cluster=gcp("")),
        "apps.web.routes[0].tls.issuer",
        "at most 63 characters",
    ),
    "a host without a domain in Google's certificate": (
        app("routes: [{host: a.b, tls: {issuer: cluster}}]", cluster=gcp("")),
        "apps.web.routes[0].tls.issuer",
        "end in a domain such as com",
    ),
    "Google's certificate for a Gateway": (
        app("via: gateway, routes: [{host: a.b, tls: {issuer: cluster}}]", cluster=gcp("gateway_api: true")),
        "apps.web.routes[0].tls.issuer",
        "only for Ingresses",
    ),
    "weights on Google's Ingress": (
        app("routes: [{paths: [{split: [{app: web, weight: 1}, {app: api, weight: 1}]}]}]", cluster=gcp("")).replace(
            ", namespace: other", ""
        ),
        "apps.web.routes[0].paths[0].split",
        "cannot split requests",
    ),
    "spot on a laptop": (pool("count: 1, spot: true"), "cluster.pools.main.spot", "local clusters"),
    "a cloud's machine on a laptop": (
        pool("count: 1, machine: {type: m7g.large}"),
        "cluster.pools.main.machine.type",
        "local clusters",
    ),
    "itself": ("cluster: {stack: page}", "cluster.stack", "this stack itself"),
    "no such page": ("cluster: {stack: pag}", "cluster.stack", "no stack pag"),
}


@pytest.mark.parametrize("page", RIGHT.values(), ids=RIGHT)
def test_accepts_valid_settings(problems: Problems, page: str) -> None:
    assert problems(page=page) == ()


@pytest.mark.parametrize(("page", "path", "what"), WRONG.values(), ids=WRONG)
def test_rejects_invalid_settings(problems: Problems, page: str, path: str, what: str) -> None:
    (problem,) = problems(page=page)
    assert problem.path == path
    assert what in problem.message


def test_rejects_a_reference_to_a_stack_without_a_cluster(problems: Problems) -> None:
    (problem,) = problems(page="cluster: {stack: middle}", middle="cluster: {stack: base}", base=LOCAL)
    assert problem.path == "cluster.stack"
    assert problem.remedy == "write `stack: base`"


def test_issuer_depends_on_the_referenced_cluster(problems: Problems) -> None:
    page = app("routes: [{host: a.b, tls: {issuer: cluster}}]", cluster="cluster: {stack: base}\n")
    assert problems(page=page, base=LOCAL) == ()
    (problem,) = problems(page=page, base=EXISTING)
    assert problem.path == "apps.web.routes[0].tls.issuer"


def test_stacks_may_share_a_namespace_but_not_an_app(problems: Problems) -> None:
    page = "cluster: {stack: base}\napps: {web: {image: 'a:1'}, b: {image: 'b:1'}}\n"
    (problem,) = problems(page=page, base=named("web"))
    assert problem.path == "apps.web"
    assert "the stack base already has an app web in the namespace apps" in problem.message
    assert problems(page=f"{page}namespace: shop\n", base=named("web")) == ()
    assert problems(page=page, base=named("shop")) == ()


@pytest.mark.parametrize(
    ("sections", "path", "message"),
    [
        ("namespaces: {app: {}}", "namespaces.app", "no app is in the namespace app"),
        ("namespaces: {apps: {existing: true, labels: {a: b}}}", "namespaces.apps.labels", "is not changed"),
        (
            "namespace: kube-system\nnamespaces: {kube-system: {pod_security: privileged}}",
            "namespaces.kube-system.pod_security",
            "kube-system is a namespace of Kubernetes",
        ),
        (
            "namespaces: {apps: {labels: {pod-security.kubernetes.io/enforce: baseline}}}",
            'namespaces.apps.labels["pod-security.kubernetes.io/enforce"]',
            "Anykube sets the Pod Security labels",
        ),
        ("adopt: [billing]", "adopt[0]", '"billing" is invalid'),
    ],
)
def test_rejects_settings_of_namespaces(problems: Problems, sections: str, path: str, message: str) -> None:
    (problem,) = problems(page=f"{named('web')}{sections}\n")
    assert problem.path == path
    assert message in problem.message


def test_reports_unreadable_settings_of_the_referenced_stack(problems: Problems) -> None:
    (problem,) = problems(page="cluster: {stack: base}\n", base="")
    assert problem.file.endswith("base.yaml")
