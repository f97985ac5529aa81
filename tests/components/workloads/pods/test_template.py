import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.pods.spec import Resources
from anykube._workloads.pods.values import SecretRef
from anykube._workloads.web.manifests import manifests
from anykube._workloads.web.spec import Health, WebServiceSpec


def template_of(spec: WebServiceSpec) -> Any:
    [deployment] = [
        part.manifest for part in manifests("shop", "demo", spec, ClusterContext()) if part.stage == "workload"
    ]
    return deployment["spec"]["template"]  # type: ignore[index]


def template(**fields: Any) -> Any:
    return json.loads(json.dumps(template_of(WebServiceSpec(image="registry.example/shop:1", **fields))))


def pod(**fields: Any) -> Any:
    return template(**fields)["spec"]


def container(**fields: Any) -> Any:
    return pod(**fields)["containers"][0]


def test_complies_with_pod_security_restricted() -> None:
    spec = pod(run_as_user=1000)
    [app_container] = spec["containers"]
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "runAsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert app_container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers", "ephemeralContainers"} & spec.keys()
    assert all("hostPort" not in port for port in app_container["ports"])
    assert [volume.keys() - {"name"} for volume in spec["volumes"]] == [{"emptyDir"}]


def test_no_api_token_and_no_service_links() -> None:
    spec = pod()
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["serviceAccountName"] == "shop"


def test_tmp_is_writable() -> None:
    spec = pod()
    [volume] = spec["volumes"]
    assert spec["containers"][0]["volumeMounts"] == [{"name": volume["name"], "mountPath": "/tmp"}]


def test_probes() -> None:
    probed = container(port=9000, health=Health(path="/ready", startup_seconds=90))
    assert probed["ports"] == [{"name": "http", "containerPort": 9000, "protocol": "TCP"}]
    assert probed["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}
    assert probed["livenessProbe"]["tcpSocket"] == {"port": "http"}
    assert probed["startupProbe"]["tcpSocket"] == {"port": "http"}
    assert probed["startupProbe"]["periodSeconds"] * probed["startupProbe"]["failureThreshold"] == 90


def test_an_overloaded_pod_becomes_unready_before_it_is_restarted() -> None:
    probed = container()
    times = {
        name: probed[name]["periodSeconds"] * probed[name]["failureThreshold"]
        for name in ("readinessProbe", "livenessProbe")
    }
    assert times["readinessProbe"] < times["livenessProbe"]


def test_drains_before_it_stops() -> None:
    spec = pod()
    pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause == 5
    assert spec["terminationGracePeriodSeconds"] >= 30 + pause


@pytest.mark.parametrize(
    ("resources", "requests", "limits"),
    [
        (Resources(), {"cpu": "100m", "memory": "128Mi"}, {"memory": "128Mi"}),
        (
            Resources(cpu="0.5", memory="1024Mi", cpu_limit="1000m", memory_limit="1.5Gi"),
            {"cpu": "500m", "memory": "1Gi"},
            {"cpu": "1", "memory": "1536Mi"},
        ),
    ],
)
def test_resources(resources: Resources, requests: dict[str, str], limits: dict[str, str]) -> None:
    assert container(resources=resources)["resources"] == {"requests": requests, "limits": limits}


@pytest.mark.parametrize(("spread", "action"), [("required", "DoNotSchedule"), ("preferred", "ScheduleAnyway")])
def test_spread(spread: str, action: str) -> None:
    pod_template = template(spread=spread)
    over_nodes, over_zones = pod_template["spec"]["topologySpreadConstraints"]
    assert over_nodes["topologyKey"] == "kubernetes.io/hostname"
    assert over_nodes["whenUnsatisfiable"] == action
    assert over_zones["topologyKey"] == "topology.kubernetes.io/zone"
    assert over_zones["whenUnsatisfiable"] == "ScheduleAnyway"
    for constraint in (over_nodes, over_zones):
        assert constraint["maxSkew"] == 1
        assert constraint["nodeTaintsPolicy"] == "Honor"
        assert constraint["matchLabelKeys"] == ["pod-template-hash"]
        assert constraint["labelSelector"]["matchLabels"].items() <= pod_template["metadata"]["labels"].items()


def test_pods_of_a_lost_node_are_replaced_after_30_seconds() -> None:
    assert pod()["tolerations"] == [
        {
            "key": f"node.kubernetes.io/{condition}",
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": 30,
        }
        for condition in ("not-ready", "unreachable")
    ]


def test_text_environment_and_arguments() -> None:
    spec = container(env={"MODE": "fast", "EMPTY": ""}, args=["--port", "8080"])
    assert spec["env"] == [{"name": "MODE", "value": "fast"}, {"name": "EMPTY"}]
    assert spec["args"] == ["--port", "8080"]
    assert not {"env", "args"} & container().keys()
    assert "annotations" not in template(env={"MODE": "fast"})["metadata"]


def test_outputs_are_passed_through(settled: Callable[[Callable[[], object]], Any]) -> None:
    def render() -> object:
        spec = WebServiceSpec(
            image=pulumi.Output.from_input("registry.example/shop@sha256:1"),
            env={"PASSWORD": pulumi.Output.secret("hush"), "MODE": "fast"},
        )
        return template_of(spec)

    pod_template = settled(render)
    [app_container] = pod_template["spec"]["containers"]
    assert app_container["image"] == "registry.example/shop@sha256:1"
    assert app_container["env"] == [
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop-env", "key": "PASSWORD"}}},
        {"name": "MODE", "value": "fast"},
    ]
    assert len(pod_template["metadata"]["annotations"]["checksum/env"]) == 32
    assert "hush" not in json.dumps(pod_template)


def test_rejects_an_unresolved_secret() -> None:
    with pytest.raises(
        pulumi.RunError,
        match=r"^WebService shop: env\.PASSWORD refers to the secret shop-password, .*resolve",
    ):
        template(env={"PASSWORD": SecretRef(secret="shop-password")})
