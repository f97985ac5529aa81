"""Objects by pulumi-kubernetes' own classes: a shop that is as it should be, and beside it what should not be."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

IMAGE = "registry.example/shop:1.4.0"
Inputs = dict[str, Any]


def merged(base: Inputs, changes: Mapping[str, Any]) -> Inputs:
    """The inputs with changes in them; None takes a field away."""
    result = {**base}
    for name, change in changes.items():
        there = result.get(name)
        result[name] = merged(there, change) if isinstance(there, dict) and isinstance(change, Mapping) else change
    return {name: value for name, value in result.items() if value is not None}


def about(name: str, **more: Any) -> Inputs:
    """The metadata of an object of the shop."""
    return {"name": name, "namespace": "shop", **more}


def pods(app: str, container: Mapping[str, Any], spec: Mapping[str, Any]) -> Inputs:
    """A pod template that keeps all rules, but for the changes."""
    sound: Inputs = {
        "name": "app",
        "image": IMAGE,
        "ports": [{"name": "http", "container_port": 8080}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
        "readiness_probe": {"http_get": {"path": "/ready", "port": "http"}},
        "security_context": {
            "allow_privilege_escalation": False,
            "capabilities": {"drop": ["ALL"]},
            "read_only_root_filesystem": True,
        },
    }
    whole: Inputs = {
        "service_account_name": "shop",
        "automount_service_account_token": False,
        "security_context": {"run_as_non_root": True, "seccomp_profile": {"type": "RuntimeDefault"}},
        "topology_spread_constraints": [
            {
                "max_skew": 1,
                "topology_key": "topology.kubernetes.io/zone",
                "when_unsatisfiable": "ScheduleAnyway",
                "label_selector": {"match_labels": {"app": app}},
            }
        ],
        "containers": [merged(sound, container)],
    }
    return {"metadata": {"labels": {"app": app}}, "spec": merged(whole, spec)}


def deployment(
    app: str,
    opts: pulumi.ResourceOptions,
    container: Mapping[str, Any] | None = None,
    spec: Mapping[str, Any] | None = None,
    **changes: Any,
) -> k8s.apps.v1.Deployment:
    """A Deployment of the shop; changes are to its container, to the spec of its pods, and to its own spec."""
    whole: Inputs = {
        "replicas": 2,
        "selector": {"match_labels": {"app": app}},
        "strategy": {"type": "RollingUpdate"},
        "template": pods(app, container or {}, spec or {}),
    }
    return k8s.apps.v1.Deployment(app, metadata=about(app), spec=merged(whole, changes), opts=opts)


def service(app: str, opts: pulumi.ResourceOptions, **spec: Any) -> k8s.core.v1.Service:
    """The Service of an app."""
    ports = [{"name": "http", "port": 80, "target_port": "http"}]
    return k8s.core.v1.Service(
        f"{app}-service", metadata=about(app), spec={"selector": {"app": app}, "ports": ports, **spec}, opts=opts
    )


def ingress(
    name: str,
    opts: pulumi.ResourceOptions,
    annotations: Mapping[str, str] | None = None,
    **spec: Any,
) -> k8s.networking.v1.Ingress:
    """An Ingress that leads to the web app, with TLS."""
    host = f"{name}.example"
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    whole: Inputs = {
        "ingress_class_name": "alb",
        "rules": [{"host": host, "http": {"paths": [{"path": "/", "path_type": "Prefix", "backend": backend}]}}],
        "tls": [{"hosts": [host], "secret_name": name}],
    }
    metadata = about(name, annotations={"team": "till", **(annotations or {})})
    return k8s.networking.v1.Ingress(name, metadata=metadata, spec=merged(whole, spec), opts=opts)


def namespace(name: str, opts: pulumi.ResourceOptions, *, level: str | None = "restricted") -> k8s.core.v1.Namespace:
    """A Namespace, and the Pod Security Standard that it asks for."""
    labels = {"team": "till", **({"pod-security.kubernetes.io/enforce": level} if level else {})}
    return k8s.core.v1.Namespace(name, metadata={"name": name, "labels": labels}, opts=opts)


def network_policy(place: str, opts: pulumi.ResourceOptions) -> None:
    """A NetworkPolicy by which nobody talks to the pods of a namespace."""
    k8s.networking.v1.NetworkPolicy(
        f"{place}-closed",
        metadata={"name": "closed", "namespace": place},
        spec={"pod_selector": {}, "policy_types": ["Ingress"]},
        opts=opts,
    )


def sound(opts: pulumi.ResourceOptions) -> None:
    """A shop as it should be: an app of each kind, reached by an Ingress and by a Gateway, scaled and guarded."""
    namespace("shop", opts)
    network_policy("shop", opts)
    k8s.core.v1.ServiceAccount("shop", metadata=about("shop"), automount_service_account_token=False, opts=opts)
    deployment("web", opts)
    service("web", opts)
    service("balanced", opts, type="ClusterIP", selector={"app": "web"})
    ingress("www", opts)
    k8s.policy.v1.PodDisruptionBudget(
        "budget", metadata=about("all"), spec={"max_unavailable": 1, "selector": {}}, opts=opts
    )
    deployment("scaled", opts, replicas=None)
    autoscaler("scaler", "scaled", opts)
    k8s.apiextensions.CustomResource(
        "gateway",
        api_version="gateway.networking.k8s.io/v1",
        kind="Gateway",
        metadata=about("edge"),
        spec={
            "gatewayClassName": "alb",
            "listeners": [
                {"name": "http", "port": 80, "protocol": "HTTP"},
                {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "www.example"},
            ],
        },
        opts=opts,
    )
    k8s.apiextensions.CustomResource(
        "route",
        api_version="gateway.networking.k8s.io/v1",
        kind="HTTPRoute",
        metadata=about("www"),
        spec={"parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]},
        opts=opts,
    )
    k8s.rbac.v1.Role(
        "reader",
        metadata=about("reader"),
        rules=[{"api_groups": [""], "resources": ["configmaps"], "verbs": ["get"]}],
        opts=opts,
    )
    k8s.rbac.v1.RoleBinding(
        "readers",
        metadata=about("readers"),
        role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        subjects=[{"kind": "ServiceAccount", "name": "shop", "namespace": "shop"}],
        opts=opts,
    )
    cron_job("report", opts, starting_deadline_seconds=300)


def autoscaler(name: str, target: str, opts: pulumi.ResourceOptions) -> None:
    """An autoscaler of a Deployment of the shop."""
    reference = {"api_version": "apps/v1", "kind": "Deployment", "name": target}
    k8s.autoscaling.v2.HorizontalPodAutoscaler(
        name,
        metadata=about(name),
        spec={"scale_target_ref": reference, "min_replicas": 2, "max_replicas": 4},
        opts=opts,
    )


def cron_job(name: str, opts: pulumi.ResourceOptions, **spec: Any) -> None:
    """A CronJob of the shop."""
    no_ports: Inputs = {"ports": None, "readiness_probe": None}
    template = pods(name, no_ports, {"restart_policy": "OnFailure", "topology_spread_constraints": None})
    job = {"spec": {"template": template, "ttl_seconds_after_finished": 600}}
    whole = {"schedule": "@daily", "job_template": job, **spec}
    k8s.batch.v1.CronJob(name, metadata=about(name), spec=whole, opts=opts)


def planted(opts: pulumi.ResourceOptions) -> None:
    """What should not be: each of these breaks one rule."""
    secure = "security_context"
    deployment("privileged", opts, {secure: {"privileged": True}})
    deployment("escalating", opts, {secure: {"allow_privilege_escalation": None}})
    deployment("root", opts, spec={secure: {"run_as_non_root": None}})
    deployment("capable", opts, {secure: {"capabilities": {"drop": ["NET_RAW"]}}})
    deployment("on-the-host", opts, spec={"host_network": True})
    deployment("reading-the-node", opts, spec={"volumes": [{"name": "run", "host_path": {"path": "/run/containerd"}}]})
    deployment("talkative", opts, {"env": [{"name": "DB_PASSWORD", "value": "correct horse battery staple"}]})
    deployment("latest", opts, {"image": "registry.example/shop"})
    deployment("boundless", opts, {"resources": {"limits": None}})
    deployment("unready", opts, {"readiness_probe": None})
    cron_job("late", opts)

    everybody = [{"api_group": "rbac.authorization.k8s.io", "kind": "Group", "name": "developers"}]
    k8s.rbac.v1.ClusterRoleBinding(
        "everybody",
        metadata={"name": "everybody"},
        role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        subjects=everybody,
        opts=opts,
    )
    anything = [{"api_groups": ["apps"], "resources": ["*"], "verbs": ["get"]}]
    k8s.rbac.v1.ClusterRole("anything", metadata={"name": "anything"}, rules=anything, opts=opts)
    rising = [{"api_groups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"]}]
    k8s.rbac.v1.ClusterRole("rising", metadata={"name": "rising"}, rules=rising, opts=opts)

    service("balanced-by-itself", opts, type="LoadBalancer", selector={"app": "web"})
    ingress("plain", opts, tls=None)
    ingress("retired", opts, ingress_class_name="nginx")
    ingress("injected", opts, {"nginx.ingress.kubernetes.io/server-snippet": "return 200;"})
    namespace("lax", opts, level=None)
    network_policy("lax", opts)

    namespace("open", opts)
    service("gone", opts)
    deployment("fought-over", opts)
    autoscaler("fighter", "fought-over", opts)
    k8s.policy.v1.PodDisruptionBudget(
        "immovable",
        metadata=about("immovable"),
        spec={"max_unavailable": 0, "selector": {"match_labels": {"app": "web"}}},
        opts=opts,
    )
    k8s.core.v1.ConfigMap("wherever", metadata=about("wherever"), data={"a": "b"})
