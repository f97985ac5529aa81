"""Every valid spec renders to consistent manifests."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from anykube._workloads.app import AppSpec
from anykube._workloads.scaling import Disruption
from anykube._workloads.user_manifests import CLUSTER_SCOPED_KINDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.components.workloads.rendering import CONTEXT, NEXT, RENDER, rendered, template, versions
from tests.components.workloads.specs import apps, labels, specs

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
any_kind = pytest.mark.parametrize("kind", RENDER, ids=lambda kind: kind.__name__)
few = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@any_kind
@few
@given(data=st.data(), app=apps, namespace=labels)
def test_names_selectors_and_namespace(kind: type[AppSpec], data: st.DataObject, app: str, namespace: str) -> None:
    spec = data.draw(specs(kind))
    manifests = rendered(app, namespace, spec)
    assert rendered(app, namespace, spec) == manifests, "rendering is not deterministic"
    next_version = {suffix: manifest for suffix, manifest in manifests.items() if suffix.startswith(NEXT)}
    for suffix, manifest in manifests.items():
        pod = template(next_version if suffix in next_version else manifests)
        name_label = {"app.kubernetes.io/name": f"{app}-next" if suffix in next_version else app}
        assert manifest["kind"] in CLUSTER_SCOPED_KINDS or manifest["metadata"]["namespace"] == namespace
        name = manifest["metadata"]["name"]
        assert LABEL.fullmatch(name) or manifest["kind"] in _LONGER_NAMES, name
        assert manifest["metadata"]["labels"].items() >= name_label.items()
        for value in manifest["metadata"]["labels"].values():
            assert LABEL_VALUE.fullmatch(value)
        for selected in selectors(manifest):
            assert pod is not None
            assert selected.items() <= pod["metadata"]["labels"].items()
    kinds_and_names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests.values()]
    assert len(set(kinds_and_names)) == len(kinds_and_names)


_LONGER_NAMES = ("ClusterRole", "ClusterRoleBinding", "ConfigMap", "HTTPRoute", "PersistentVolumeClaim", "Secret")


def selectors(manifest: Any) -> list[dict[str, str]]:
    spec = manifest.get("spec", {})
    if manifest["kind"] == "Service":
        return [spec["selector"]] if "selector" in spec else []
    if manifest["kind"] == "NetworkPolicy":
        return [spec["podSelector"]["matchLabels"]]
    return [spec["selector"]["matchLabels"]] if "selector" in spec else []


@any_kind
@few
@given(data=st.data(), app=apps)
def test_containers_are_restricted_and_their_volumes_exist(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    for manifests in versions(rendered(app, "demo", data.draw(specs(kind)))):
        assert_restricted(manifests)


def assert_restricted(manifests: dict[str, Any]) -> None:
    pod = template(manifests)
    if pod is None:
        return
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    templates = manifests.get("stateful-set", {}).get("spec", {}).get("volumeClaimTemplates", [])
    volumes = [volume["name"] for volume in spec["volumes"]] + [claim["metadata"]["name"] for claim in templates]
    assert len(set(volumes)) == len(volumes)
    containers = [*spec.get("initContainers", []), *spec["containers"]]
    assert len({container["name"] for container in containers}) == len(containers)
    for container in containers:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)
        mount_paths = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert len(set(mount_paths)) == len(mount_paths)
        assert set(container["resources"]["requests"]) >= {"cpu", "memory"}
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert spec["terminationGracePeriodSeconds"] > pause
    config_maps = {volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume}
    assert config_maps == {m["metadata"]["name"] for m in manifests.values() if m["kind"] == "ConfigMap"}
    if spec.get("nodeSelector", {}).get("anykube.dev/pool"):
        assert {"key": "nvidia.com/gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"} in spec[
            "tolerations"
        ]


@any_kind
@few
@given(data=st.data(), app=apps)
def test_budget_autoscaler_and_replicas_agree(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    spec: Any = data.draw(specs(kind))
    ignore_changes = {part.suffix: part.ignore_changes for part in RENDER[kind](app, "demo", spec, CONTEXT)}
    for prefix, manifests in zip(("", NEXT), versions(rendered(app, "demo", spec)), strict=False):
        assert_consistent(manifests, {suffix: ignore_changes.get(f"{prefix}{suffix}", ()) for suffix in manifests})


def assert_consistent(manifests: dict[str, Any], ignore_changes: Mapping[str, Sequence[str]]) -> None:
    scaled = manifests.get("deployment") or manifests.get("stateful-set")
    budget, autoscaler = manifests.get("budget"), manifests.get("autoscaler")
    if scaled is None:
        assert budget is autoscaler is None
        return
    min_replicas = scaled["spec"]["replicas"]
    assert autoscaler is None or autoscaler["spec"]["minReplicas"] == min_replicas
    ignored = ignore_changes["deployment" if "deployment" in manifests else "stateful-set"]
    assert ignored == (("spec.replicas",) if autoscaler else ()), "either Pulumi or the autoscaler sets replicas"
    assert (budget is not None) == (min_replicas >= 2)
    if autoscaler:
        assert autoscaler["spec"]["minReplicas"] <= autoscaler["spec"]["maxReplicas"]
        target = autoscaler["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == (scaled["kind"], scaled["metadata"]["name"])
    if budget:
        assert "minAvailable" not in budget["spec"]
        assert max_unavailable(budget["spec"]["maxUnavailable"], min_replicas) >= 1, "nodes cannot be drained"


def max_unavailable(limit: int | str, pods: int) -> int:
    """The number of pods that may be unavailable. The disruption controller rounds percentages up."""
    return limit if isinstance(limit, int) else math.ceil(int(limit.removesuffix("%")) * pods / 100)


@any_kind
@few
@given(data=st.data(), app=apps)
def test_target_ports_of_services_exist(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    manifests = rendered(app, "demo", data.draw(specs(kind)))
    pod = template(manifests)
    if pod:
        for container in pod["spec"]["containers"]:
            numbers = [(port["containerPort"], port["protocol"]) for port in container.get("ports", [])]
            assert len(set(numbers)) == len(numbers), "server-side apply rejects them"
    port_names = (
        {port["name"] for c in pod["spec"]["containers"] for port in c.get("ports", []) if "name" in port}
        if pod
        else set()
    )
    for manifest in manifests.values():
        if manifest["kind"] != "Service":
            continue
        service_ports = manifest["spec"].get("ports", [])
        if "selector" not in manifest["spec"]:
            # An external service, which leads to no pods.
            continue
        assert {port["targetPort"] for port in service_ports} <= port_names
        assert len({(port["port"], port["protocol"]) for port in service_ports}) == len(service_ports)
        is_load_balancer = manifest["spec"]["type"] == "LoadBalancer"
        assert is_load_balancer == any(key.endswith("-scheme") for key in manifest["metadata"]["annotations"])


@pytest.mark.parametrize("limit", ["0", "0%", "00", "101%", "-1", ""])
def test_rejects_a_budget_that_blocks_drains(limit: str) -> None:
    with pytest.raises(ValueError, match="max_unavailable"):
        Disruption(max_unavailable=limit)


def test_the_test_context_has_the_pool() -> None:
    assert "gpu" in CONTEXT.pools
