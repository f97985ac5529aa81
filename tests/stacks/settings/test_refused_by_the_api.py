"""What the API server would refuse is told by the check, all at once. tests/api_rules has the single values."""

from collections.abc import Callable

import pytest
from anykube.settings.problems import Problem

from tests.cases.reading import case_problems

Problems = Callable[..., tuple[Problem, ...]]

APPS = "cluster: {cloud: local, pools: {servers: {count: 1}}}\napps:\n"


def test_case_21() -> None:
    [problem] = case_problems("21-externalname-ip")
    assert problem.path == "apps.db.host"
    assert "addresses: [10.0.0.5]" in problem.remedy


def test_case_32() -> None:
    remedies = {problem.path: problem.remedy for problem in case_problems("32-check-silent")}
    assert set(remedies) == {"apps.night.schedule", "apps.berlin.time_zone", "apps.ip.routes[0].host"}
    assert "the minute as 0 to 59, instead of 61" in remedies["apps.night.schedule"]
    assert "the hour as 0 to 23, instead of 25" in remedies["apps.night.schedule"]
    assert "did you mean Europe/Berlin?" in remedies["apps.berlin.time_zone"]
    assert "not an IP address" in remedies["apps.ip.routes[0].host"]


@pytest.mark.parametrize(
    ("host", "corrected"),
    [
        ("Shop.Example.com", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("https://shop.example.com:8443/cart", "shop.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
    ],
)
def test_corrects_hosts(problems: Problems, host: str, corrected: str) -> None:
    [problem] = problems(page=f"{APPS}  web: {{image: 'a:1', routes: [{{host: '{host}'}}]}}\n")
    assert problem.remedy.endswith(f": {corrected}")


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ("", "apps.db", "neither host nor addresses"),
        ("addresses: []", "apps.db", "neither host nor addresses"),
        ("addresses: [10.0.0.5]", "apps.db.addresses", "have no port"),
        ("host: a.b, addresses: [10.0.0.5], port: 1", "apps.db.addresses", "together with host"),
        ("host: a.b, port: 1", "apps.db.port", "not allowed with host"),
        ("addresses: [10.0.0.5, 10.0.0.5], port: 1", "apps.db.addresses[1]", "a second time"),
        ("addresses: ['fd00::5'], port: 1", "apps.db.addresses[0]", "only IPv4"),
    ],
)
def test_rejects_external_services(problems: Problems, fields: str, path: str, message: str) -> None:
    [problem] = problems(page=f"{APPS}  db: {{kind: external{', ' if fields else ''}{fields}}}\n")
    assert problem.path == path
    assert message in problem.message


def test_existing_clusters_may_have_ipv6(problems: Problems) -> None:
    page = "cluster: {cloud: existing, kubeconfig: x}\napps: {db: {kind: external, port: 1, addresses: [%s]}}\n"
    assert problems(page=page % "'fd00::5', 'fd00::6'") == ()
    [problem] = problems(page=page % "'fd00::5', 10.0.0.5")
    assert "both IPv4 and IPv6" in problem.message


@pytest.mark.parametrize(
    ("access", "path", "text"),
    [
        ("rules: [{resources: [Pod], verbs: [get]}]", "rules[0].resources[0]", "plural name"),
        ("rules: [{resources: [pods], verbs: [read]}]", "rules[0].verbs[0]", "deletecollection"),
        ("rules: [{resources: [pods], verbs: []}]", "rules[0].verbs", "at least 1"),
        ("rules: [{groups: [apps/v1], resources: [pods], verbs: [get]}]", "rules[0].groups[0]", "without a version"),
        ("rules: [{urls: [/metrics], verbs: [get], resources: [x]}]", "rules[0].urls", "fields are"),
        ("cluster_rules: [{verbs: [get]}]", "cluster_rules[0]", "set one of them"),
        ("cluster_rules: [{urls: [/a], resources: [a], verbs: [get]}]", "cluster_rules[0].urls", "rule of its own"),
        ("cluster_rules: [{urls: [/a], groups: [a], verbs: [get]}]", "cluster_rules[0].groups", "remove it"),
        ("cluster_rules: [{urls: [metrics], verbs: [get]}]", "cluster_rules[0].urls[0]", "must be a path"),
    ],
)
def test_rejects_rules_for_the_api(problems: Problems, access: str, path: str, text: str) -> None:
    [problem] = problems(page=f"{APPS}  web: {{image: 'a:1', api_access: {{{access}}}}}\n")
    assert problem.path == f"apps.web.api_access.{path}"
    assert text in problem.remedy


NODE_PORTS = "service: {type: NodePort, node_port: 30080%s}"


@pytest.mark.parametrize(
    ("apps", "path", "text"),
    [
        (
            f"web: {{image: 'a:1', {NODE_PORTS % ''}}}, api: {{image: 'a:1', {NODE_PORTS % ''}}}",
            "apps.api.service.node_port",
            "30080 is already the node port of apps.web.service",
        ),
        (
            f"web: {{image: 'a:1', {NODE_PORTS % ', ports: {a: {port: 1, node_port: 30080}}'}}}",
            "apps.web.service.ports.a.node_port",
            "already the node port",
        ),
        (
            f"web: {{image: 'a:1', {NODE_PORTS % ''}, manifests: [{{apiVersion: v1, kind: Service, "
            "metadata: {name: x}, spec: {ports: [{port: 80, nodePort: 30080}]}}]}",
            "apps.web.manifests[0].spec.ports[0].nodePort",
            "already the node port",
        ),
        (
            "web: {image: 'a:1', service: {ports: {a: {port: 1, node_port: 30080}}}}",
            "apps.web.service.ports.a.node_port",
            "requires a Service of type NodePort",
        ),
        (
            "web: {image: 'a:1', manifests: "
            "[{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {PORT: 8080}}]}",
            "apps.web.manifests[0].data.PORT",
            "expected text, found the number 8080",
        ),
        (
            "web: {image: 'a:1', patches: {Deployment: {spec: {template: {metadata: "
            "{annotations: {prometheus.io/scrape: true}}}}}}}",
            'apps.web.patches.Deployment.spec.template.metadata.annotations["prometheus.io/scrape"]',
            "expected text, found the boolean true",
        ),
        (
            "web: {image: 'a:1', patches: {Deployment: {spec: {template: {spec: {containers: "
            "[{name: web, env: [{name: A, value: 1}]}]}}}}}}",
            "apps.web.patches.Deployment.spec.template.spec.containers[0].env[0].value",
            "expected text, found the number 1",
        ),
        (
            "web: {image: 'a:1', patches: {Deployment: {spec: {template: {spec: {nodeSelector: {gpu: true}}}}}}}",
            "apps.web.patches.Deployment.spec.template.spec.nodeSelector.gpu",
            "expected text",
        ),
        (
            "web: {image: 'a:1', manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: my_config}}]}",
            "apps.web.manifests[0].metadata.name",
            '"my_config" is invalid',
        ),
        (
            "web: {image: 'a:1', manifests: [{apiVersion: v1, kind: Service, metadata: {name: 1st}}]}",
            "apps.web.manifests[0].metadata.name",
            '"1st" is invalid',
        ),
        (
            "web: {image: 'a:1', manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: a.b}}]}",
            "apps.web.manifests[0].metadata.namespace",
            '"a.b" is invalid',
        ),
    ],
)
def test_rejects_what_the_api_server_would(problems: Problems, apps: str, path: str, text: str) -> None:
    [problem] = problems(page=f"cluster: {{cloud: local, pools: {{servers: {{count: 1}}}}}}\napps: {{{apps}}}\n")
    assert problem.path == path
    assert text in problem.message


@pytest.mark.parametrize(
    "fields",
    [
        "service: {type: NodePort, node_port: 30080, ports: {dns: {port: 80, protocol: UDP, node_port: 30080}}}",
        "service: {ports: {other: {port: 81, target: 8080}, more: {port: 82, target: 8080}}}",
        "manifests: [{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: 'app:Reader'}}]",
        "patches: {Deployment: {spec: {template: {metadata: {annotations: {a: null, b: 'true'}}}}}}",
        "manifests: [{apiVersion: a.b/v1, kind: Widget, metadata: {name: x}, spec: {labels: {a: 1}, data: {b: 2}}}]",
    ],
)
def test_accepts_what_the_api_server_would(problems: Problems, fields: str) -> None:
    assert problems(page=f"{APPS}  web: {{image: 'a:1', {fields}}}\n") == ()


@pytest.mark.parametrize(
    ("apps", "path"),
    [
        ("web: {image: 'a:1', routes: [{paths: [{port: 9999}]}]}", "apps.web.routes[0].paths[0].port"),
        (
            "web: {image: 'a:1', routes: [{paths: [{app: db, port: 80}]}]}, "
            "db: {kind: stateful, image: 'a:1', port: 1}",
            "apps.web.routes[0].paths[0].port",
        ),
        (
            "web: {image: 'a:1', routes: [{paths: [{split: [{app: web, weight: 1, port: 81}]}]}]}",
            "apps.web.routes[0].paths[0].split[0].port",
        ),
    ],
)
def test_rejects_a_route_to_a_port_that_the_service_does_not_have(problems: Problems, apps: str, path: str) -> None:
    [problem] = problems(page=f"cluster: {{cloud: local, pools: {{servers: {{count: 1}}}}}}\napps: {{{apps}}}\n")
    assert problem.path == path
    assert "has no port" in problem.message


def test_a_stateful_app_may_have_routes(problems: Problems) -> None:
    fields = "kind: stateful, image: 'a:1', port: 3000, routes: [{host: a.localhost, tls: {issuer: cluster}}]"
    others = "{host: b.localhost, paths: [{app: db}, {path: /x, app: db, port: 3000}]}"
    assert problems(page=f"{APPS}  db: {{{fields}}}\n  web: {{image: 'a:1', routes: [{others}]}}\n") == ()


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ("retries_per_index: 1", "retries_per_index", "requires an indexed job"),
        ("indexed: true, retries_per_index: 1, retries: 2", "retries", "has no effect"),
        ("indexed: true, max_failed_indexes: 0", "max_failed_indexes", "limit of retries for each index"),
        (
            "indexed: true, completions: 3, retries_per_index: 1, max_failed_indexes: 4",
            "max_failed_indexes",
            "greater than completions, which is 3",
        ),
        ("on_failure: [{action: FailJob}]", "on_failure[0]", "does not say for which pods"),
        (
            "on_failure: [{action: FailJob, exit_codes: [1], condition: Ready}]",
            "on_failure[0].condition",
            "together with exit_codes",
        ),
        ("on_failure: [{action: FailJob, exit_codes: [1, 2, 1]}]", "on_failure[0].exit_codes[2]", "a second time"),
        ("on_failure: [{action: FailIndex, exit_codes: [1]}]", "on_failure[0].action", "requires a limit of retries"),
    ],
)
def test_rejects_jobs(problems: Problems, fields: str, path: str, text: str) -> None:
    for kind in ("kind: job", "kind: cronjob, schedule: '@daily'"):
        [problem] = problems(page=f"{APPS}  load: {{{kind}, image: 'a:1', {fields}}}\n")
        assert problem.path == f"apps.load.{path}"
        assert text in problem.message


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ("autoscaling: {max: 3, metrics: [{name: a}]}", "autoscaling.metrics[0]", "has no target"),
        ("autoscaling: {max: 3, metrics: [{name: a, average: '1', value: '2'}]}", "autoscaling.metrics[0]", "has both"),
        ("autoscaling: {max: 3, metrics: [{name: a, value: '2'}]}", "autoscaling.metrics[0].value", "an average"),
        (
            "autoscaling: {max: 3, metrics: [{name: a, external: true, average: '1', "
            "object: {api_version: v1, kind: Service, name: a}}]}",
            "autoscaling.metrics[0].object",
            "external metric",
        ),
        ("autoscaling: {max: 3, scale_up: {limits: [{seconds: 5}]}}", "autoscaling.scale_up.limits[0]", "has neither"),
        (
            "autoscaling: {max: 3, scale_down: {limits: [{seconds: 5, pods: 1, percent: 1}]}}",
            "autoscaling.scale_down.limits[0]",
            "has both",
        ),
        ("tolerations: [{value: a}]", "tolerations[0].value", "requires the key"),
        ("pull_secrets: [a, b, a]", "pull_secrets[2]", "a second time"),
        (f"service: {{annotations: {{a: {'x' * 262_145}}}}}", "service.annotations.a", "have 262,145 bytes"),
        ("service: {headless: true}", "service.headless", "at 8080 and not at 80"),
        ("service: {headless: true, port: 81}", "service.port", "at 8080 and not at 81"),
        (
            "service: {headless: true, port: 8080, ports: {a: {port: 1, target: 2}}}",
            "service.ports.a.target",
            "at 2 and not at 1",
        ),
        (
            "via: gateway, routes: [{paths: [{type: ImplementationSpecific, path: '/a'}]}]",
            "routes[0].paths[0].type",
            "as a prefix or exactly",
        ),
        (
            f"via: gateway, routes: [{{paths: [{{path: /{'a' * 1024}}}]}}]",
            "routes[0].paths[0].path",
            "has 1025 characters",
        ),
    ],
)
def test_rejects_what_the_api_server_would_of_web_services(
    problems: Problems, fields: str, path: str, text: str
) -> None:
    page = "cluster: {cloud: local, pools: {servers: {count: 1}}, gateway_api: true}\napps:\n"
    [problem] = problems(page=f"{page}  web: {{image: 'a:1', {fields}}}\n")
    assert problem.path == f"apps.web.{path}"
    assert text in problem.message


def test_accepts_headless_services_that_lead_to_the_same_ports(problems: Problems) -> None:
    web = "web: {image: 'a:1', service: {headless: true, port: 8080, ports: {a: {port: 9090}}}}"
    db = "db: {kind: stateful, image: 'a:1', port: 5432, service: {headless: true}}"
    assert problems(page=f"{APPS}  {web}\n  {db}\n") == ()


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ("name: ..", "name"),
        ("name: a, object: {api_version: x/y/z, kind: Service, name: a}", "object.api_version"),
        ("name: a, object: {api_version: v1, kind: a/b, name: a}", "object.kind"),
        ("name: a, object: {api_version: v1, kind: Service, name: a/b}", "object.name"),
    ],
)
def test_rejects_metrics(problems: Problems, fields: str, path: str) -> None:
    app = f"{{image: 'a:1', autoscaling: {{max: 3, metrics: [{{average: '1', {fields}}}]}}}}"
    [problem] = problems(page=f"{APPS}  web: {app}\n")
    assert problem.path == f"apps.web.autoscaling.metrics[0].{path}"
    assert problem.remedy
