"""What a kubelet or a container runtime would refuse is refused by the check; what they accept, settings can say."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.render import manifests_of
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import Problem

from tests.cases.reading import case_problems, case_settings
from tests.components.workloads.rendering import template

Problems = Callable[..., tuple[Problem, ...]]
CLUSTER = "cluster: {cloud: local, pools: {servers: {count: 1}}}\n"


def rendered(settings: StackSettings, app: str) -> dict[str, Any]:
    parts = manifests_of(app, "demo", settings.apps[app], ClusterContext())
    return dict(json.loads(json.dumps({part.suffix: part.manifest for part in parts})))


def pod(manifests: Mapping[str, Any]) -> Any:
    return template(manifests)["spec"]


@pytest.fixture
def of_app(write: Any) -> Callable[..., dict[str, Any]]:
    """The manifests of an app with these fields, as a YAML flow mapping."""

    def of_app(fields: str, kind: str = "web") -> dict[str, Any]:
        folder = write(s=f"{CLUSTER}apps: {{shop: {{kind: {kind}, image: 'a:1', {fields}}}}}\n")
        return rendered(load("s", folder), "shop")

    return of_app


def test_case_14() -> None:
    [container] = pod(rendered(case_settings("14-exec-probe-one-second"), "mq"))["containers"]
    startup, ready, live = (container[f"{name}Probe"] for name in ("startup", "readiness", "liveness"))
    assert startup["timeoutSeconds"] >= ready["timeoutSeconds"] > 5
    assert startup["periodSeconds"] * startup["failureThreshold"] == 300
    for probe in (startup, ready, live):
        assert probe["periodSeconds"] >= probe["timeoutSeconds"]
    assert live["periodSeconds"] * live["failureThreshold"] > ready["periodSeconds"] * ready["failureThreshold"]


@pytest.mark.parametrize("kind", ["web", "worker", "stateful", "daemon"])
@pytest.mark.parametrize("times", ["", ", timeout_seconds: 30", ", period_seconds: 2", ", timeout_seconds: 2"])
def test_no_probe_by_a_command_has_a_timeout_of_one_second(of_app: Any, kind: str, times: str) -> None:
    port = "port: 5432, " if kind in ("stateful", "daemon") else ""
    beside = f"containers: [{{name: b, image: 'b:1', health: {{command: [check]{times}}}}}]"
    manifests = of_app(f"{port}health: {{command: [check]{times}}}, {beside}", kind)
    for container in pod(manifests)["containers"]:
        ready = container["readinessProbe"]["timeoutSeconds"]
        for name in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[name]["periodSeconds"] >= container[name]["timeoutSeconds"] >= ready > 1


def test_probes_of_settings_without_commands_are_unchanged(of_app: Any) -> None:
    [container] = pod(of_app("health: {path: /ready, startup_seconds: 20}"))["containers"]
    tcp = {"tcpSocket": {"port": "http"}}
    assert container["startupProbe"] == {**tcp, "periodSeconds": 1, "failureThreshold": 20}
    assert container["livenessProbe"] == {**tcp, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3}
    http = {"httpGet": {"path": "/ready", "port": "http"}}
    assert container["readinessProbe"] == {**http, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2}


def test_case_15() -> None:
    manifests = rendered(case_settings("15-rwo-single-replica-web"), "grafana")
    assert manifests["claim-data"]["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert manifests["deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    assert "ingress" in manifests


DISK = "volumes: {data: {path: /data, type: claim, size: 1Gi}}"
SINGLE = f"replicas: 1, rollout: {{strategy: recreate}}, {DISK}"
CLAIM = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce]}}"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("worker", SINGLE),
        ("web", f"replicas: 0, rollout: {{strategy: recreate}}, {DISK}"),
        ("web", SINGLE.replace("1Gi", "1Gi, access: ReadWriteOncePod")),
        ("job", DISK),
        ("stateful", f"port: 1000, replicas: 3, {DISK}"),
    ],
)
def test_a_disk_of_a_single_pod(problems: Problems, kind: str, fields: str) -> None:
    assert problems(s=f"{CLUSTER}apps: {{shop: {{kind: {kind}, image: 'a:1', {fields}}}}}\n") == ()


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("web", f"replicas: 1, {DISK}", "the old and the new pod of a rollout"),
        ("worker", f"rollout: {{strategy: recreate}}, {DISK}", "2 pods"),
        ("web", f"autoscaling: {{max: 3}}, rollout: {{strategy: recreate}}, {DISK}", "autoscaled pods"),
        ("web", f"{SINGLE}, routes: [{{host: a.example.com}}], next: {{weight: 100}}", "the app and its next version"),
        ("daemon", DISK, "the pods of all nodes"),
        ("job", f"parallelism: 2, {DISK}", "parallel pods"),
        ("cronjob", f"schedule: '@daily', concurrency: Allow, {DISK}", "runs at the same time"),
        ("web", f"volumes: {{d: {{path: /d, type: claim, claim_name: disk}}}}, manifests: [{CLAIM}]", "2 pods"),
        (
            "stateful",
            f"port: 1000, replicas: 2, volumes: {{d: {{type: claim, claim_name: disk}}}}, manifests: [{CLAIM}]",
            "2 pods",
        ),
    ],
)
def test_a_disk_of_several_pods(problems: Problems, kind: str, fields: str, message: str) -> None:
    [problem] = problems(s=f"{CLUSTER}apps: {{shop: {{kind: {kind}, image: 'a:1', {fields}}}}}\n")
    assert message in problem.message
    assert ("recreate" in problem.remedy) == (kind in ("web", "worker"))


def test_case_17() -> None:
    [container] = pod(rendered(case_settings("17-env-dots"), "search"))["containers"]
    assert {"name": "discovery.type", "value": "single-node"} in container["env"]


def test_case_18() -> None:
    [problem] = case_problems("18-memory-milli")
    assert problem.path == "apps.api.resources.memory"
    assert problem.remedy == "write 512Mi, since m is a thousandth of a byte"


def test_case_20() -> None:
    sysctl = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    assert pod(rendered(case_settings("20-port-below-1024"), "web"))["securityContext"]["sysctls"] == [sysctl]


@pytest.mark.parametrize(
    ("kind", "fields", "is_low"),
    [
        ("web", "port: 8080", False),
        ("web", "service: {ports: {https: {port: 8443, target: 443}}}", True),
        ("web", "service: {port: 80}", False),
        ("web", "service: {ports: {dns: {port: 53, protocol: UDP}}}", True),
        ("stateful", "port: 389", True),
        ("daemon", "port: 53", True),
        ("daemon", "all_nodes: true", False),
        ("worker", "containers: [{name: b, image: 'b:1', port: 80}]", True),
        ("cronjob", "schedule: '@daily', init_containers: [{name: b, image: 'b:1', port: 80, sidecar: true}]", True),
    ],
)
def test_ports_below_1024(of_app: Any, kind: str, fields: str, is_low: bool) -> None:
    assert ("sysctls" in pod(of_app(fields, kind))["securityContext"]) == is_low


def test_case_24() -> None:
    manifests = rendered(case_settings("24-files-key-collision"), "f")
    [container] = pod(manifests)["containers"]
    keys = {mount["mountPath"]: mount.get("subPath") for mount in container["volumeMounts"]}
    data = manifests["config"]["data"]
    assert {path: data[keys[path]] for path in ("/etc/x/a..b", "/etc/x/a/b")} == {
        "/etc/x/a..b": "one",
        "/etc/x/a/b": "two",
    }


def test_case_26() -> None:
    settings = case_settings("26-probe-on-other-port")
    app = settings.apps["keycloak"].model_dump(mode="json", exclude_unset=True)
    app["health"] |= {"port": "management", "liveness": {"path": "/health/live", "failures": 5}, "period_seconds": 10}
    changed = StackSettings.model_validate_json(
        json.dumps({**settings.model_dump(mode="json", exclude_unset=True), "apps": {"keycloak": app}})
    )
    [container] = pod(rendered(changed, "keycloak"))["containers"]
    assert container["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": "management"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "management"}
    assert container["startupProbe"]["httpGet"] == {"path": "/health/live", "port": "management"}
    assert container["livenessProbe"]["failureThreshold"] == 5


@pytest.mark.parametrize(
    ("health", "ready"),
    [
        ("grpc: true", {"grpc": {"port": 8080}}),
        ("grpc: orders, port: admin", {"grpc": {"port": 9000, "service": "orders"}}),
        ("path: null", {"tcpSocket": {"port": "http"}}),
        ("path: null, port: 7000", {"tcpSocket": {"port": 7000}}),
        (
            "scheme: HTTPS, headers: {Host: a.example.com}, port: admin",
            {
                "httpGet": {
                    "path": "/",
                    "port": "admin",
                    "scheme": "HTTPS",
                    "httpHeaders": [{"name": "Host", "value": "a.example.com"}],
                }
            },
        ),
    ],
)
def test_actions_of_probes(of_app: Any, health: str, ready: dict[str, Any]) -> None:
    [container] = pod(of_app(f"health: {{{health}}}, service: {{ports: {{admin: {{port: 9000}}}}}}"))["containers"]
    assert ready.items() <= container["readinessProbe"].items()
    assert "tcpSocket" in container["livenessProbe"]


def test_liveness_can_be_off(of_app: Any) -> None:
    [container] = pod(of_app("health: {liveness: false}"))["containers"]
    assert "livenessProbe" not in container
    assert "startupProbe" in container


def test_a_sidecar_has_probes(of_app: Any) -> None:
    fields = "init_containers: [{name: p, image: 'p:1', sidecar: true, health: {grpc: true, port: 50051}}]"
    [sidecar] = pod(of_app(fields, "worker"))["initContainers"]
    assert sidecar["readinessProbe"]["grpc"] == {"port": 50051}


def test_case_27() -> None:
    manifests = rendered(case_settings("27-files-in-sidecar"), "app")
    main, nginx = pod(manifests)["containers"]
    [mount] = [mount for mount in nginx["volumeMounts"] if mount["mountPath"] == "/etc/nginx/nginx.conf"]
    assert manifests["config"]["data"][mount["subPath"]] == "events {}"
    assert not [mount for mount in main["volumeMounts"] if mount["mountPath"] == "/etc/nginx/nginx.conf"]


def test_mounts_of_any_container(of_app: Any) -> None:
    fields = (
        "volumes: {html: {}}, mounts: {html: [{path: /data, sub_path: a/b}, {path: /www}]}, "
        "init_containers: [{name: i, image: 'i:1', files: {/etc/i: x}, mounts: {html: {path: /www, read_only: true}}}]"
    )
    spec = pod(of_app(fields))
    [main], [init] = spec["containers"], spec["initContainers"]
    assert main["volumeMounts"][1:] == [
        {"name": "html", "mountPath": "/data", "subPath": "a/b"},
        {"name": "html", "mountPath": "/www"},
    ]
    assert {"name": "html", "mountPath": "/www", "readOnly": True} in init["volumeMounts"]


def test_case_33(write: Any, problems: Problems) -> None:
    text = ("x" * 70 + "\n") * 15500
    files = f"{{/etc/a: small, /etc/list: {json.dumps(text)}}}"
    page = f"{CLUSTER}apps: {{big: {{image: 'a:1', replicas: 0, files: {files}}}}}"
    [problem] = problems(s=page)
    assert problem.path == 'apps.big.files["/etc/list"]'
    assert "1,100,500" in problem.message
    assert "image" in problem.remedy
    assert "claim" in problem.remedy


def test_files_of_all_containers_count(problems: Problems) -> None:
    text = "x" * 600_000
    beside = f"containers: [{{name: b, image: 'b:1', files: {{/etc/b: {text}}}}}]"
    page = f"{CLUSTER}apps: {{big: {{image: 'a:1', files: {{/etc/a: {text}y}}, {beside}}}}}"
    [problem] = problems(s=page)
    assert problem.path == 'apps.big.files["/etc/a"]'
    assert problems(s=page.replace("x" * 600_000, "x" * 500_000)) == ()


LARGE = "x" * 130000

# Fields of a web app, then the path of the problem, and words of the message or of the remedy.
WRONG = {
    "repository in capitals": ("image: 'registry.example/Shop:1'", "image", "lower case"),
    "two tags": ("image: 'shop:1:2'", "image", "only one tag"),
    "URL": ("image: 'https://registry.example/shop:1'", "image", "URL scheme"),
    "space": ("image: 'shop :1'", "image", "spaces"),
    "digest": ("image: 'shop@sha256:abc'", "image", "64 hexadecimal"),
    "no repository": ("image: ':1'", "image", "REGISTRY/REPOSITORY:TAG"),
    "image of a sidecar": ("containers: [{name: b, image: 'B:1'}]", "containers[0].image", "lower case"),
    "image of the next version": (
        "routes: [{host: a.b.c}], next: {weight: 0, image: 'B:1'}",
        "next.image",
        "lower case",
    ),
    "units of Compose": ("resources: {memory: 1g}", "resources.memory", "write 1Gi"),
    "megabytes": ("resources: {memory: 512MB}", "resources.memory", "write 512M"),
    "no unit": ("resources: {memory: '512'}", "resources.memory", "at least 1Mi"),
    "little memory": ("resources: {memory: 4Mi}", "resources.memory", "6Mi"),
    "milli-bytes of storage": ("volumes: {d: {size: 10m}}", "volumes.d.size", "write 10Mi"),
    "memory as CPU": ("resources: {cpu: 512Mi}", "resources.cpu", "at most 4096 CPUs"),
    "less than a milli-CPU": ("resources: {cpu: 0.5m}", "resources.cpu", "at least 1m"),
    "storage limit": (
        "resources: {ephemeral_storage: 2Gi, ephemeral_storage_limit: 1Gi}",
        "resources.ephemeral_storage_limit",
        "less than ephemeral_storage",
    ),
    "device": ("resources: {devices: {gpu: 1}}", "resources.devices.gpu", "nvidia.com/gpu"),
    "equals sign": ("env: {'A=B': x}", 'env["A=B"]', "other than '='"),
    "path with dots": ("files: {/etc/../x: a}", 'files["/etc/../x"]', "between slashes"),
    "path of the runtime": ("volumes: {d: {path: /proc/x}}", "volumes.d.path", "container runtime"),
    "below a file": ("files: {/etc/a: x, /etc/a/b: y}", 'files["/etc/a/b"]', "below /etc/a"),
    "token": ("volumes: {d: {path: /var/run/secrets/kubernetes.io/x}}", "volumes.d.path", "container runtime"),
    "mount and file": (
        "volumes: {d: {}}, mounts: {d: /etc/a}, files: {/etc/a: x}",
        'files["/etc/a"]',
        "already used by apps.shop.mounts.d",
    ),
    "sub path": ("volumes: {d: {}}, mounts: {d: {path: /d, sub_path: ../x}}", "mounts.d.sub_path", "between slashes"),
    "port of a probe": ("health: {port: admin}", "health.port", "no port admin"),
    "UDP port of a probe": (
        "health: {port: dns}, service: {ports: {dns: {port: 53, protocol: UDP}}}",
        "health.port",
        "UDP port",
    ),
    "two actions": ("health: {grpc: true, path: /x}", "health.grpc", "together with path"),
    "timeout": ("health: {timeout_seconds: 20, period_seconds: 10}", "health.timeout_seconds", "longer than"),
    "timeout of liveness": (
        "health: {liveness: {timeout_seconds: 20, period_seconds: 10}}",
        "health.liveness.timeout_seconds",
        "longer than",
    ),
    "probes of an init container": (
        "init_containers: [{name: i, image: 'i:1', port: 90, health: {}}]",
        "init_containers[0].health",
        "sidecar: true",
    ),
    "port of two containers": ("containers: [{name: b, image: 'b:1', port: 8080}]", "containers[0].port", "one pod"),
    "long argument": (f"args: ['{'x' * 131072}']", "args[0]", "131,072 bytes"),
    "zero character": ('env: {A: "x\\0y"}', "env.A", "zero character"),
    "reserved label": (
        "pod_labels: {app.kubernetes.io/name: x}",
        'pod_labels["app.kubernetes.io/name"]',
        "which Anykube sets",
    ),
    "no program": ("command: ['', x]", "command[0]", "name a program"),
    "no program of a probe": ("health: {command: ['']}", "health.command[0]", "name a program"),
    "no program beside": (
        "containers: [{name: b, image: 'b:1', health: {port: 1, liveness: {command: ['']}}}]",
        "containers[0].health.liveness.command[0]",
        "name a program",
    ),
    "header": ('health: {headers: {Host: "a\\nb"}}', "health.headers.Host", "line breaks"),
    "gRPC service": ("health: {grpc: ''}", "health.grpc", "no name of a service"),
    "port of a registry": ("image: 'registry.example:70000/a:1'", "image", "1 to 65535"),
    "termination log": ("files: {/dev/termination-log: x}", 'files["/dev/termination-log"]', "the kubelet"),
    "large ConfigMap": (
        f"manifests: [{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c}}, data: {{a: {'x' * 1048577}}}}}]",
        "manifests[0].data.a",
        "1,048,577 bytes",
    ),
    "large annotation": (f"annotations: {{a: {'x' * 262145}}}", "annotations.a", "an object holds 262,144"),
    "large annotation of pods": (f"pod_annotations: {{a: {'x' * 262145}}}", "pod_annotations.a", "262,145 bytes"),
    "many large variables": (
        f"env: {{{', '.join(f'V{index}: {LARGE}' for index in range(13))}}}",
        "",
        "the Deployment shop would have",
    ),
    "sysctl in the host's network": (
        "port: 80, patches: {Deployment: {spec: {template: {spec: {hostNetwork: true}}}}}",
        "patches.Deployment.spec.template.spec.hostNetwork",
        "sysctls: null",
    ),
    "ready too long": ("rollout: {min_ready_seconds: 300}", "rollout.min_ready_seconds", "fails after 300 s"),
}


@pytest.mark.parametrize(("fields", "path", "text"), WRONG.values(), ids=WRONG)
def test_refuses(problems: Problems, fields: str, path: str, text: str) -> None:
    image = "" if fields.startswith("image") else "image: 'a:1', "
    [problem] = problems(s=f"{CLUSTER}apps: {{shop: {{{image}{fields}}}}}\n")
    assert problem.path == f"apps.shop.{path}".rstrip(".")
    assert text in f"{problem.message}; {problem.remedy}"


@pytest.mark.parametrize(
    "fields",
    [
        "resources: {memory: '128e6', cpu: '.5', memory_limit: 1G}",
        "resources: {memory: 2Mi, memory_limit: 64Mi}",
        "resources: {devices: {nvidia.com/gpu: 2}, hugepages: {2Mi: 64Mi}, ephemeral_storage: 1Gi}",
        "env: {'my-var.x/y z': a}",
        "files: {/home/app/.npmrc: x, '/opt/c++/@x/My File': y}",
        "volumes: {shm: {type: memory, path: /dev/shm, size: 64Mi}}",
        "working_dir: /srv, run_as_group: 0, host_aliases: {192.0.2.10: [a.example.com]}, read_only_root: false",
        "pod_annotations: {prometheus.io/scrape: 'true'}, pod_labels: {team: shop}, rollout: {min_ready_seconds: 5}",
        "health: {command: [x], path: /y}",
        "working_dir: /",
        "port: 80, "
        "patches: {Deployment: {spec: {template: {spec: {hostNetwork: true, securityContext: {sysctls: null}}}}}}",
    ],
)
def test_accepts(of_app: Any, fields: str) -> None:
    assert of_app(fields)


def test_a_long_start_of_a_stateful_app_has_its_own_deadline(problems: Problems) -> None:
    fields = "kind: stateful, image: 'a:1', port: 1, health: {startup_seconds: 600}, deadline: 900"
    page = f"{CLUSTER}apps: {{db: {{{fields}}}}}"
    assert problems(s=page) == ()
    [problem] = problems(s=page.replace("900", "500"))
    assert "raise deadline" in problem.remedy


def test_case_07_a_stateful_app_may_have_a_short_deadline() -> None:
    assert case_problems("07-stateful-update-false-success") == ()
