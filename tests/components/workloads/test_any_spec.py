"""Whatever a valid spec asks for, it renders, and what is rendered fits together."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from anykube._workloads.app import AppSpec
from anykube._workloads.scaling import Disruption
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
    made = rendered(app, namespace, spec)
    assert rendered(app, namespace, spec) == made, "the same spec renders the same"
    ahead = {suffix: manifest for suffix, manifest in made.items() if suffix.startswith(NEXT)}
    for suffix, manifest in made.items():
        pod = template(ahead if suffix in ahead else made)
        own = {"app.kubernetes.io/name": f"{app}-next" if suffix in ahead else app}
        assert manifest["metadata"]["namespace"] == namespace
        name = manifest["metadata"]["name"]
        assert LABEL.fullmatch(name) or manifest["kind"] in _LONGER_NAMES, name
        assert manifest["metadata"]["labels"].items() >= own.items()
        for value in manifest["metadata"]["labels"].values():
            assert LABEL_VALUE.fullmatch(value)
        for selected in selectors(manifest):
            assert pod is not None
            assert selected.items() <= pod["metadata"]["labels"].items()
    kinds_and_names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in made.values()]
    assert len(set(kinds_and_names)) == len(kinds_and_names)


_LONGER_NAMES = ("ConfigMap", "HTTPRoute", "PersistentVolumeClaim", "Secret")


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
def test_every_container_is_locked_down_and_finds_what_it_mounts(
    kind: type[AppSpec], data: st.DataObject, app: str
) -> None:
    for made in versions(rendered(app, "demo", data.draw(specs(kind)))):
        locked_down(made)


def locked_down(made: dict[str, Any]) -> None:
    pod = template(made)
    if pod is None:
        return
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    templates = made.get("stateful-set", {}).get("spec", {}).get("volumeClaimTemplates", [])
    volumes = [volume["name"] for volume in spec["volumes"]] + [claim["metadata"]["name"] for claim in templates]
    assert len(set(volumes)) == len(volumes)
    containers = [*spec.get("initContainers", []), *spec["containers"]]
    assert len({container["name"] for container in containers}) == len(containers)
    for container in containers:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)
        places = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert len(set(places)) == len(places)
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert spec["terminationGracePeriodSeconds"] > pause
    configured = {volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume}
    assert configured == {m["metadata"]["name"] for m in made.values() if m["kind"] == "ConfigMap"}
    if spec.get("nodeSelector", {}).get("anykube.dev/pool"):
        assert {"key": "nvidia.com/gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"} in spec[
            "tolerations"
        ]


@any_kind
@few
@given(data=st.data(), app=apps)
def test_budget_autoscaler_and_replicas_agree(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    spec: Any = data.draw(specs(kind))
    left_alone = {part.suffix: part.left_alone for part in RENDER[kind](app, "demo", spec, CONTEXT) if part.left_alone}
    for prefix, made in zip(("", NEXT), versions(rendered(app, "demo", spec)), strict=False):
        agree(made, {suffix: left_alone.get(f"{prefix}{suffix}", ()) for suffix in made})


def agree(made: dict[str, Any], left_alone: Mapping[str, Sequence[str]]) -> None:
    scaled = made.get("deployment") or made.get("stateful-set")
    budget, autoscaler = made.get("budget"), made.get("autoscaler")
    if scaled is None:
        assert budget is autoscaler is None
        return
    fewest = scaled["spec"]["replicas"]
    assert autoscaler is None or autoscaler["spec"]["minReplicas"] == fewest
    owned = left_alone["deployment" if "deployment" in made else "stateful-set"]
    assert owned == (("spec.replicas",) if autoscaler else ()), "one of the two owns the number"
    assert (budget is not None) == (fewest >= 2)
    if autoscaler:
        assert autoscaler["spec"]["minReplicas"] <= autoscaler["spec"]["maxReplicas"]
        target = autoscaler["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) == (scaled["kind"], scaled["metadata"]["name"])
    if budget:
        assert "minAvailable" not in budget["spec"]
        assert spared(budget["spec"]["maxUnavailable"], fewest) >= 1, "a node can always be drained"


def spared(limit: int | str, pods: int) -> int:
    """How many pods may be missing: percentages are rounded up, as the disruption controller does."""
    return limit if isinstance(limit, int) else math.ceil(int(limit.removesuffix("%")) * pods / 100)


@any_kind
@few
@given(data=st.data(), app=apps)
def test_services_lead_to_ports_that_are_there(kind: type[AppSpec], data: st.DataObject, app: str) -> None:
    made = rendered(app, "demo", data.draw(specs(kind)))
    pod = template(made)
    named = (
        {port["name"] for c in pod["spec"]["containers"] for port in c.get("ports", []) if "name" in port}
        if pod
        else set()
    )
    for manifest in made.values():
        if manifest["kind"] != "Service":
            continue
        listed = manifest["spec"].get("ports", [])
        assert {port["targetPort"] for port in listed} <= named
        assert len({(port["port"], port["protocol"]) for port in listed}) == len(listed)
        internal_or_public = manifest["spec"]["type"] == "LoadBalancer"
        assert internal_or_public == any(key.endswith("-scheme") for key in manifest["metadata"]["annotations"])


@pytest.mark.parametrize("limit", ["0", "0%", "00", "101%", "-1", ""])
def test_a_budget_that_could_not_be_met_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match="max_unavailable"):
        Disruption(max_unavailable=limit)


def test_the_context_of_these_tests_has_the_pool() -> None:
    assert "gpu" in CONTEXT.pools
