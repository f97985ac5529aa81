"""Workloads of every kind on a real API server: created, changed, renamed and deleted."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

APPS: Mapping[str, Any] = {
    "shop": {
        "image": "registry.example/shop:1.0.0",
        "autoscaling": {"min": 2, "max": 6},
        "env": {"PASSWORD": {"secret": "shop-password"}, "NODE": {"field": "spec.nodeName"}},
        "files": {"/etc/shop/shop.toml": "colour = 1\n", "/etc/shop/key": {"secret": "shop-key"}},
        "init_containers": [
            {"name": "proxy", "image": "registry.example/proxy:1.0.0", "sidecar": True, "port": 9000, "health": {}},
            {"name": "migrate", "image": "registry.example/migrate:1.0.0"},
        ],
        "service": {"ports": {"metrics": {"port": 9090}}, "affinity_seconds": 600},
        "talks_to": ["db"],
        "pool": "servers",
        "routes": [{"host": "shop.localhost", "paths": [{"path": "/"}, {"path": "/api", "app": "api"}]}],
    },
    "api": {"image": "registry.example/api:1.0.0", "replicas": 1, "service": {"type": "LoadBalancer"}},
    "mailer": {"kind": "worker", "image": "registry.example/mailer:1.0.0", "health": {"command": ["alive"]}},
    "load": {"kind": "job", "image": "registry.example/load:1.0.0", "files": {"/etc/load": "a\n"}},
    "report": {"kind": "cronjob", "image": "registry.example/report:1.0.0", "schedule": "15 3 * * *"},
    "db": {
        "kind": "stateful",
        "image": "registry.example/db:1.0.0",
        "replicas": 2,
        "port": 5432,
        "port_name": "postgres",
        "talks_to": [],
        "volumes": {"data": {"path": "/data", "type": "claim", "size": "10Gi"}},
    },
    "logs": {"kind": "daemon", "image": "registry.example/logs:1.0.0", "all_nodes": True},
    "bank": {"kind": "external", "host": "bank.example.com"},
}
NAMESPACE = "work"
_PROBES = {"startupProbe": "tcpSocket", "livenessProbe": "tcpSocket", "readinessProbe": "httpGet"}


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    """`make up` of a page with every kind, once; the tests go on from each other in their order."""
    with checkout.edit_settings() as settings:
        settings["namespace"] = NAMESPACE
        settings["apps"] = dict(APPS)
    return checkout.make("up")


def get(checkout: Checkout, kind: str, name: str) -> Any:
    [resource] = checkout.get(kind, "-n", NAMESPACE, "--field-selector", f"metadata.name={name}")
    return resource


def pods_of(checkout: Checkout, app: str) -> dict[str, Any]:
    items = checkout.get("pods", "-n", NAMESPACE, "-l", f"app.kubernetes.io/name={app}")
    return {pod["metadata"]["uid"]: pod for pod in items if "deletionTimestamp" not in pod["metadata"]}


def revision(checkout: Checkout, app: str) -> int:
    return int(get(checkout, "deployment", app)["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


def assert_unchanged(checkout: Checkout) -> None:
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes")


def test_every_kind_becomes_ready_without_drift(checkout: Checkout, deployed: CommandResult) -> None:
    assert len(pods_of(checkout, "shop")) == 2
    assert len(pods_of(checkout, "api")) == 1
    assert len(pods_of(checkout, "mailer")) == 2
    assert len(pods_of(checkout, "logs")) == len(checkout.get("nodes"))
    assert {pod["metadata"]["name"] for pod in pods_of(checkout, "db").values()} == {"db-0", "db-1"}
    assert {pod["status"]["phase"] for pod in pods_of(checkout, "load").values()} == {"Succeeded"}
    assert get(checkout, "cronjob", "report")["spec"]["timeZone"] == "Etc/UTC"
    assert get(checkout, "service", "bank")["spec"]["externalName"] == "bank.example.com"
    assert get(checkout, "service", "api")["status"]["loadBalancer"]["ingress"]
    assert_unchanged(checkout)
    checkout.pulumi("preview", "--stack", "local", "--expect-no-changes", "--refresh")


def test_defaults_of_an_app(checkout: Checkout, deployed: CommandResult) -> None:
    """`api` is an image, and no more: what the API server keeps of it has all that production asks for."""
    spec = get(checkout, "deployment", "api")["spec"]
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}
    assert spec["progressDeadlineSeconds"] == 300
    pod = spec["template"]["spec"]
    [container] = pod["containers"]
    assert {kind: next(iter(set(container[kind]) & {"tcpSocket", "httpGet"})) for kind in _PROBES} == _PROBES
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert container["resources"]["limits"].keys() == {"memory"}
    assert {constraint["topologyKey"] for constraint in pod["topologySpreadConstraints"]} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["automountServiceAccountToken"] is False
    assert max(toleration["tolerationSeconds"] for toleration in pod["tolerations"]) <= 60, (
        "off a dead node in a minute"
    )
    assert container["lifecycle"]["preStop"]["sleep"]["seconds"] < pod["terminationGracePeriodSeconds"]
    for budget in checkout.get("pdb", "-n", NAMESPACE):
        assert budget["status"]["disruptionsAllowed"] >= 1, "it can always be met"
    [namespace] = checkout.get("namespaces", "--field-selector", f"metadata.name={NAMESPACE}")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_each_stateful_pod_has_its_own_claim(checkout: Checkout, deployed: CommandResult) -> None:
    claims = checkout.get("pvc", "-n", NAMESPACE)
    assert {claim["metadata"]["name"]: claim["status"]["phase"] for claim in claims} == {
        "data-db-0": "Bound",
        "data-db-1": "Bound",
    }


def test_a_sidecar_runs_and_an_init_container_has_ended(checkout: Checkout, deployed: CommandResult) -> None:
    for pod in pods_of(checkout, "shop").values():
        proxy, migrate = pod["status"]["initContainerStatuses"]
        assert (proxy["name"], "running" in proxy["state"]) == ("proxy", True)
        assert (migrate["name"], "terminated" in migrate["state"]) == ("migrate", True)
        assert pod["spec"]["nodeSelector"] == {"anykube.dev/pool": "servers"}


def test_replicas_set_by_the_autoscaler_are_no_drift(checkout: Checkout, deployed: CommandResult) -> None:
    assert get(checkout, "hpa", "shop")["spec"]["minReplicas"] == 2
    checkout.kubectl("scale", "deployment/shop", "-n", NAMESPACE, "--replicas=4")
    checkout.kubectl("rollout", "status", "deployment/shop", "-n", NAMESPACE, "--timeout=60s")
    assert_unchanged(checkout)
    assert checkout.up().changed == {}
    assert len(pods_of(checkout, "shop")) == 4


def test_update_keeps_the_autoscalers_replicas(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["shop"]["image"] = "registry.example/shop:1.1.0"
    checkout.up()
    assert get(checkout, "deployment", "shop")["spec"]["replicas"] == 4


def test_adds_an_autoscaler_to_a_running_app(checkout: Checkout, deployed: CommandResult) -> None:
    before = set(pods_of(checkout, "mailer"))
    with checkout.edit_settings() as settings:
        settings["apps"]["mailer"]["autoscaling"] = {"min": 1, "max": 5}
    assert checkout.up().changed == {"create": 1, "delete": 1}, "an autoscaler comes, and the budget of two pods goes"
    assert get(checkout, "deployment", "mailer")["spec"]["replicas"] == 2
    assert before == set(pods_of(checkout, "mailer"))


def test_removes_an_autoscaler_after_scaling(checkout: Checkout, deployed: CommandResult) -> None:
    checkout.kubectl("scale", "deployment/mailer", "-n", NAMESPACE, "--replicas=4")
    with checkout.edit_settings() as settings:
        del settings["apps"]["mailer"]["autoscaling"]
        settings["apps"]["mailer"]["replicas"] = 3
    refused = checkout.up(ok=False)
    assert refused.result.code != 0
    assert "conflict" in refused.result.all
    force = {"Deployment": {"metadata": {"annotations": {"pulumi.com/patchForce": "true"}}}}
    with checkout.edit_settings() as settings:
        settings["apps"]["mailer"]["patches"] = force
    checkout.up()
    assert get(checkout, "deployment", "mailer")["spec"]["replicas"] == 3
    with checkout.edit_settings() as settings:
        del settings["apps"]["mailer"]["patches"]
    checkout.up()
    assert_unchanged(checkout)
    assert get(checkout, "deployment", "mailer")["spec"]["replicas"] == 3


def test_a_changed_file_rolls_the_pods_once(checkout: Checkout, deployed: CommandResult) -> None:
    before, first = set(pods_of(checkout, "shop")), revision(checkout, "shop")
    with checkout.edit_settings() as settings:
        settings["apps"]["shop"]["files"]["/etc/shop/shop.toml"] = "colour = 2\n"
    checkout.up()
    assert revision(checkout, "shop") == first + 1
    assert not before & set(pods_of(checkout, "shop"))
    configs = checkout.get("configmaps", "-n", NAMESPACE, "-l", "app.kubernetes.io/name=shop")
    assert [config["data"] for config in configs] == [{"etc..shop..shop.toml": "colour = 2\n"}]
    assert checkout.up().changed == {}
    assert revision(checkout, "shop") == first + 1


@pytest.mark.parametrize("secret", ["shop-password", "shop-key"])
def test_a_changed_secret_rolls_the_pods_once(checkout: Checkout, deployed: CommandResult, secret: str) -> None:
    before, first = set(pods_of(checkout, "shop")), revision(checkout, "shop")
    checkout.pulumi("config", "set", "--secret", secret, "another", "--stack", "local")
    assert checkout.up().changed == {"update": 2}
    assert revision(checkout, "shop") == first + 1
    assert not before & set(pods_of(checkout, "shop"))
    assert checkout.up().changed == {}
    assert revision(checkout, "shop") == first + 1


def test_a_renamed_app_keeps_its_live_objects(checkout: Checkout, deployed: CommandResult) -> None:
    before = objects(checkout, "shop")
    assert {key.partition("/")[0] for key in before} >= {"Deployment", "Service", "Ingress", "Secret", "Pod"}
    with checkout.edit_settings() as settings:
        apps = settings["apps"]
        apps["store"] = {**apps.pop("shop"), "renamed_from": ["shop"]}
        apps["store"]["routes"][0]["paths"].append({"path": "/again", "app": "store"})
    assert checkout.up().changed == {"update": 1}
    assert objects(checkout, "shop") == before
    backends = [path["backend"]["service"]["name"] for path in ingress_paths(checkout)]
    assert backends == ["shop", "api", "shop"]
    assert_unchanged(checkout)


def test_changing_the_kind_keeps_common_objects(checkout: Checkout, deployed: CommandResult) -> None:
    before = get(checkout, "deployment", "mailer")["metadata"]["uid"]
    with checkout.edit_settings() as settings:
        del settings["apps"]["mailer"]["kind"]
    checkout.up()
    assert get(checkout, "deployment", "mailer")["metadata"]["uid"] == before
    assert_unchanged(checkout)


def test_job_runs_again_only_if_it_changes(checkout: Checkout, deployed: CommandResult) -> None:
    def runs() -> list[str]:
        return [job["metadata"]["name"] for job in checkout.get("jobs", "-n", NAMESPACE)]

    [first] = runs()
    with checkout.edit_settings() as settings:
        settings["apps"]["load"]["files"]["/etc/load"] = "b\n"
    checkout.up()
    [second] = runs()
    assert first != second
    assert checkout.up().changed == {}


def test_failed_job_reports_the_reason_and_runs_again(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["load"] = {"kind": "job", "image": "registry.example/crashing:1", "retries": 0}
    failed = checkout.up(ok=False).result
    assert failed.code != 0
    assert "load-" in failed.all
    assert "BackoffLimitExceeded" in failed.all
    first = {job["metadata"]["uid"] for job in checkout.get("jobs", "-n", NAMESPACE)}
    assert checkout.up(ok=False).result.code != 0
    second = {job["metadata"]["uid"] for job in checkout.get("jobs", "-n", NAMESPACE)}
    assert second - first
    with checkout.edit_settings() as settings:
        settings["apps"]["load"] = APPS["load"]
    checkout.up()
    assert_unchanged(checkout)


def test_raw_manifests_and_patches(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["api"] |= {
            "manifests": [
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "beside"}, "data": {"a": "b"}}
            ],
            "patches": {"Deployment": {"spec": {"template": {"spec": {"hostAliases": [{"ip": "192.0.2.1"}]}}}}},
        }
    checkout.up()
    assert get(checkout, "configmap", "beside")["data"] == {"a": "b"}
    assert get(checkout, "deployment", "api")["spec"]["template"]["spec"]["hostAliases"] == [{"ip": "192.0.2.1"}]
    assert_unchanged(checkout)


def test_destroy_frees_the_storage(checkout: Checkout, deployed: CommandResult) -> None:
    with checkout.edit_settings() as settings:
        settings["apps"]["db"]["claims"] = "delete"
    checkout.up()
    with checkout.edit_settings() as settings:
        del settings["apps"]["store"]["talks_to"]
        del settings["apps"]["db"]
    checkout.up()
    for claim in ("data-db-0", "data-db-1"):
        checkout.kubectl("wait", "--for=delete", f"pvc/{claim}", "-n", NAMESPACE, "--timeout=60s")
    checkout.kubectl("wait", "--for=jsonpath={.status.phase}=Available", "pv", "--all", "--timeout=60s")
    checkout.make("destroy")
    assert checkout.processes() == []


def objects(checkout: Checkout, app: str) -> dict[str, str]:
    """The uid of everything that bears the app's name, by kind and name."""
    kinds = "deployments,services,ingresses,secrets,configmaps,serviceaccounts,hpa,pdb,networkpolicies,pods"
    items = checkout.get(kinds, "-n", NAMESPACE, "-l", f"app.kubernetes.io/name={app}")
    return {f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["uid"] for item in items}


def ingress_paths(checkout: Checkout) -> list[Any]:
    [ingress] = checkout.get("ingress", "-n", NAMESPACE)
    return [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
