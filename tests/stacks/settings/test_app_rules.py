"""Rules for apps of every kind: each mistake alone, and all of them at once."""

from collections.abc import Callable

import pytest
from anykube.settings.problems import Problem

Problems = Callable[..., tuple[Problem, ...]]

CLUSTER = "cluster: {cloud: local, pools: {servers: {count: 1}}}\n"
STORE = "external_secrets: {vault: {store: prod, keys: {password: {key: a/b}}}}"


def app(fields: str, kind: str = "web", name: str = "shop") -> str:
    image = "" if kind == "external" else "image: 'a:1', "
    return f"{CLUSTER}apps: {{{name}: {{kind: {kind}, {image}{fields}}}, api: {{image: 'b:1'}}}}\n"


RIGHT = {
    "worker": app("replicas: 1", "worker"),
    "job": app("deadline: 20", "job"),
    "cronjob": app("schedule: '15 3 * * *'", "cronjob"),
    "stateful": app("port: 5432, volumes: {data: {path: /data, type: claim, size: 1Gi}}", "stateful"),
    "daemon": app("all_nodes: true", "daemon"),
    "external": app("host: db.example.com", "external"),
    "files": app("files: {/etc/a: text, /etc/b: {secret: key}}"),
    "outside": app(f"env: {{A: {{external: vault, key: password}}}}, {STORE}"),
    "shared claim": app("volumes: {data: {path: /data, type: claim, size: 1Gi, access: ReadWriteMany}}"),
    "a claim that is there": app("volumes: {data: {path: /data, type: claim, claim_name: mine}}"),
    "sidecar": app(
        "init_containers: [{name: proxy, image: 'p:1', sidecar: true, mounts: {data: /x}}], volumes: {data: {}}"
    ),
    "talks": app("talks_to: [api, {cidr: 10.0.0.0/8, ports: [5432]}]"),
    "autoscaled": app("autoscaling: {max: 5, cpu: 60}"),
    "balanced": app("service: {type: LoadBalancer, exposure: public, source_ranges: [10.0.0.0/8]}"),
    "renamed": app("renamed_from: [store]"),
    "patched": app("patches: {Deployment: {spec: {paused: true}}}"),
    "beside": app("manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: b}}]"),
    "pool": app("pool: servers"),
    "recreated": app("rollout: {strategy: recreate, progress_deadline: 100}"),
}

# The page, then the path of the problem, a word of what, and of the remedy.
WRONG = {
    "surge of none": (
        app("rollout: {strategy: recreate, max_surge: '1'}"),
        "apps.shop.rollout.max_surge",
        "not allowed",
        "remove it",
    ),
    "unknown kind": (app("replicas: 1", "workr"), "apps.shop.kind", "not a known kind", "mean worker"),
    "kind is no text": (app("replicas: 1", "5"), "apps.shop.kind", "number 5", "kinds are"),
    "field of another kind": (app("replicas: 1", "job"), "apps.shop.replicas", "unknown field", "fields are"),
    "schedule": (app("schedule: daily", "cronjob"), "apps.shop.schedule", "daily", "five fields"),
    "long cronjob": (app("schedule: '@daily'", "cronjob", "a" * 53), f"apps.{'a' * 53}", "53 characters", "at most 52"),
    "long stateful": (app("port: 1", "stateful", "a" * 53), f"apps.{'a' * 53}", "53 characters", "at most 52"),
    "image of a sidecar": (
        app("init_containers: [{name: p, image: p}]"),
        "apps.shop.init_containers[0].image",
        "neither tag",
        "add the version",
    ),
    "limit of a sidecar": (
        app("containers: [{name: p, image: 'p:1', resources: {memory_limit: 1Mi}}]"),
        "apps.shop.containers[0].resources.memory_limit",
        "less than memory",
        "raise",
    ),
    "container twice": (
        app("containers: [{name: shop, image: 'p:1'}]"),
        "apps.shop.containers[0].name",
        "another container",
        "another name",
    ),
    "claim without size": (
        app("volumes: {data: {type: claim}}"),
        "apps.shop.volumes.data",
        "no size",
        "set size",
    ),
    "claim of one node": (
        app("volumes: {data: {type: claim, size: 1Gi}}"),
        "apps.shop.volumes.data",
        "several nodes",
        "kind: stateful",
    ),
    "class of a folder": (
        app("volumes: {data: {storage_class: gp3}}"),
        "apps.shop.volumes.data.storage_class",
        "type empty",
        "type: claim",
    ),
    "taken volume": (app("volumes: {tmp: {}}"), "apps.shop.volumes.tmp", "invalid", "reserved"),
    "no such volume": (
        app("containers: [{name: p, image: 'p:1', mounts: {dta: /x}}], volumes: {data: {}}"),
        "apps.shop.containers[0].mounts.dta",
        "no volume dta",
        "mean data",
    ),
    "path twice": (
        app("files: {/data: x}, volumes: {data: {path: /data}}"),
        'apps.shop.files["/data"]',
        "apps.shop.volumes.data.path",
        "another path",
    ),
    "relative file": (app("files: {etc/a: x}"), 'apps.shop.files["etc/a"]', "etc/a", "absolute"),
    "no such external secret": (
        app(f"env: {{A: {{external: valt, key: password}}}}, {STORE}"),
        "apps.shop.env.A.external",
        "no external secret valt",
        "mean vault",
    ),
    "no such key": (
        app(f"env: {{A: {{external: vault, key: pasword}}}}, {STORE}"),
        "apps.shop.env.A.key",
        "vault has no key",
        "mean password",
    ),
    "no such pool": (app("pool: server"), "apps.shop.pool", "no pool", "mean servers"),
    "identity of another cloud": (
        app("identity: {aws: {policies: [x]}}"),
        "apps.shop.identity",
        "cluster is local",
        "remove",
    ),
    "HTTP without a port": (
        app("health: {path: /x}", "worker"),
        "apps.shop.health.path",
        "needs a port",
        "use command",
    ),
    "two owners of replicas": (
        app("replicas: 3, autoscaling: {max: 5}"),
        "apps.shop.replicas",
        "sets the number",
        "remove it",
    ),
    "bounds": (app("autoscaling: {min: 6, max: 5}"), "apps.shop.autoscaling.min", "greater than max", "lower min"),
    "bounds by default": (app("autoscaling: {max: 1}"), "apps.shop.autoscaling.max", "greater than max", "raise max"),
    "budget of nothing": (
        app('disruption: {max_unavailable: "0"}'),
        "apps.shop.disruption.max_unavailable",
        '"0"',
        "above 0",
    ),
    "node port inside": (
        app("service: {node_port: 30080}"),
        "apps.shop.service.node_port",
        "NodePort or LoadBalancer",
        "remove",
    ),
    "ranges of nothing": (
        app("service: {source_ranges: [10.0.0.0/8]}"),
        "apps.shop.service.source_ranges",
        "LoadBalancer",
        "remove",
    ),
    "headless with an address": (
        app("service: {type: NodePort, headless: true}"),
        "apps.shop.service.headless",
        "has an IP address",
        "remove",
    ),
    "affinity without an address": (
        app("service: {headless: true, port: 8080, affinity_seconds: 60}"),
        "apps.shop.service.affinity_seconds",
        "headless",
        "remove it",
    ),
    "port twice": (
        app("service: {ports: {metrics: {port: 80}}}"),
        "apps.shop.service.ports.metrics.port",
        "already has the port 80",
        "target",
    ),
    "port of the same name": (
        app("service: {ports: {http: {port: 81}}}"),
        "apps.shop.service.ports.http",
        "own port",
        "another name",
    ),
    "name of a port": (
        app("service: {ports: {Metrics: {port: 81}}}"),
        "apps.shop.service.ports.Metrics",
        "invalid",
        "15",
    ),
    "a Secret in the page": (
        app("manifests: [{apiVersion: v1, kind: Secret, metadata: {name: x}}]"),
        "apps.shop.manifests[0]",
        "plain text",
        "external_secrets",
    ),
    "a manifest without a name": (
        app("manifests: [{apiVersion: v1, kind: ConfigMap}]"),
        "apps.shop.manifests[0].metadata.name",
        "required",
        "add it",
    ),
    "patch of nothing": (
        app("patches: {Deploymnt: {}}"),
        "apps.shop.patches.Deploymnt",
        "no object of kind Deploymnt",
        "mean Deployment",
    ),
    "talks to nobody": (app("talks_to: [apy]"), "apps.shop.talks_to[0]", "no app apy", "mean api"),
    "talks to two at once": (
        app("talks_to: [{app: api, cidr: 10.0.0.0/8}]"),
        "apps.shop.talks_to[0]",
        "both",
        "exactly one",
    ),
    "talks to a port that is none": (
        app("talks_to: [{app: api, ports: [0]}]"),
        "apps.shop.talks_to[0].ports[0]",
        "0 is too small",
        "at least 1",
    ),
    "liveness by a path that is none": (
        app("health: {path: /, liveness: {path: {no: such}}}"),
        "apps.shop.health.liveness.path",
        "expected text",
        "write text",
    ),
    "called by, without effect": (app("called_by: [api]"), "apps.shop.called_by", "no effect", "add talks_to"),
    "named as another": (app("renamed_from: [api]"), "apps.shop.renamed_from[0]", "another app", "remove it"),
    "route to a worker": (
        f"{CLUSTER}apps: {{shop: {{image: 'a:1', routes: [{{paths: [{{app: mail}}]}}]}}, "
        "mail: {kind: worker, image: 'b:1'}}\n",
        "apps.shop.routes[0].paths[0].app",
        "kind worker",
        "kind web",
    ),
}


@pytest.mark.parametrize("page", RIGHT.values(), ids=RIGHT)
def test_accepts_valid_apps(problems: Problems, page: str) -> None:
    assert problems(page=page) == ()


@pytest.mark.parametrize(("page", "path", "what", "remedy"), WRONG.values(), ids=WRONG)
def test_rejects_invalid_apps(problems: Problems, page: str, path: str, what: str, remedy: str) -> None:
    (problem,) = problems(page=page)
    assert problem.path == path
    assert what in problem.message
    assert remedy in problem.remedy


def test_reports_all_mistakes_at_once(problems: Problems) -> None:
    lines = [page.removeprefix(f"{CLUSTER}apps: {{shop: ").partition(", api: ")[0] for page, *_ in WRONG.values()]
    alone = [
        line
        for line, (page, path, *_) in zip(lines, WRONG.values(), strict=True)
        if page.startswith(f"{CLUSTER}apps: {{shop: {{kind") and "renamed" not in page
    ]
    page = f"{CLUSTER}apps:\n  api: {{image: 'b:1'}}\n" + "".join(f"  a{i}: {line}\n" for i, line in enumerate(alone))
    reported = problems(page=page)
    assert len({problem.path.split(".")[1].partition("[")[0] for problem in reported}) >= len(alone) - 1
    assert len(reported) >= len(alone) - 1


def test_apps_on_another_stacks_cluster_have_pools_but_no_identity(problems: Problems) -> None:
    page = "cluster: {stack: base}\nnamespace: x\napps: {a: {image: 'a:1', pool: servers}}\n"
    assert problems(page=page, base=CLUSTER) == ()
    (problem,) = problems(page=page.replace("pool: servers", "identity: {aws: {policies: [x]}}"), base=CLUSTER)
    assert problem.path == "apps.a.identity"
    assert "another stack" in problem.message
