"""Kubernetes objects created with pulumi-kubernetes: a compliant shop, and objects that violate one policy each."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

IMAGE = "registry.example/shop:1.4.0"
Inputs = dict[str, Any]


def merged(base: Inputs, changes: Mapping[str, Any]) -> Inputs:
    """The inputs, deeply merged with changes. None removes a field."""
    result = {**base}
    for name, change in changes.items():
        current = result.get(name)
        result[name] = merged(current, change) if isinstance(current, dict) and isinstance(change, Mapping) else change
    return {name: value for name, value in result.items() if value is not None}


def metadata_of(name: str, **more: Any) -> Inputs:
    """The metadata of an object of the shop."""
    return {"name": name, "namespace": "shop", **more}


def pods(app: str, container: Mapping[str, Any], spec: Mapping[str, Any]) -> Inputs:
    """A compliant pod template, with changes to its container and its spec."""
    compliant: Inputs = {
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
    base: Inputs = {
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
        "containers": [merged(compliant, container)],
    }
    return {"metadata": {"labels": {"app": app}}, "spec": merged(base, spec)}


def deployment(
    app: str,
    opts: pulumi.ResourceOptions,
    container: Mapping[str, Any] | None = None,
    spec: Mapping[str, Any] | None = None,
    **changes: Any,
) -> k8s.apps.v1.Deployment:
    """A Deployment of the shop, with changes to its container, the spec of its pods, and its own spec."""
    base: Inputs = {
        "replicas": 2,
        "selector": {"match_labels": {"app": app}},
        "strategy": {"type": "RollingUpdate"},
        "template": pods(app, container or {}, spec or {}),
    }
    return k8s.apps.v1.Deployment(app, metadata=metadata_of(app), spec=merged(base, changes), opts=opts)


def service(app: str, opts: pulumi.ResourceOptions, **spec: Any) -> k8s.core.v1.Service:
    """The Service of an app."""
    ports = [{"name": "http", "port": 80, "target_port": "http"}]
    return k8s.core.v1.Service(
        f"{app}-service", metadata=metadata_of(app), spec={"selector": {"app": app}, "ports": ports, **spec}, opts=opts
    )


def ingress(
    name: str,
    opts: pulumi.ResourceOptions,
    annotations: Mapping[str, str] | None = None,
    **spec: Any,
) -> k8s.networking.v1.Ingress:
    """An Ingress with TLS that routes to the web app."""
    host = f"{name}.example"
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    base: Inputs = {
        "ingress_class_name": "alb",
        "rules": [{"host": host, "http": {"paths": [{"path": "/", "path_type": "Prefix", "backend": backend}]}}],
        "tls": [{"hosts": [host], "secret_name": name}],
    }
    metadata = metadata_of(name, annotations={"team": "till", **(annotations or {})})
    return k8s.networking.v1.Ingress(name, metadata=metadata, spec=merged(base, spec), opts=opts)


def namespace(name: str, opts: pulumi.ResourceOptions, *, level: str | None = "restricted") -> k8s.core.v1.Namespace:
    """A Namespace, and the Pod Security Standard that it enforces."""
    labels = {"team": "till", **({"pod-security.kubernetes.io/enforce": level} if level else {})}
    return k8s.core.v1.Namespace(name, metadata={"name": name, "labels": labels}, opts=opts)


def network_policy(namespace_name: str, opts: pulumi.ResourceOptions) -> None:
    """A NetworkPolicy that denies all ingress to the pods of a namespace."""
    k8s.networking.v1.NetworkPolicy(
        f"{namespace_name}-closed",
        metadata={"name": "closed", "namespace": namespace_name},
        spec={"pod_selector": {}, "policy_types": ["Ingress"]},
        opts=opts,
    )


def sound(opts: pulumi.ResourceOptions) -> None:
    """A compliant shop: apps with an Ingress, a Gateway, an autoscaler and a disruption budget."""
    namespace("shop", opts)
    network_policy("shop", opts)
    k8s.core.v1.ServiceAccount("shop", metadata=metadata_of("shop"), automount_service_account_token=False, opts=opts)
    deployment("web", opts)
    service("web", opts)
    service("balanced", opts, type="ClusterIP", selector={"app": "web"})
    ingress("www", opts)
    k8s.policy.v1.PodDisruptionBudget(
        "budget", metadata=metadata_of("all"), spec={"max_unavailable": 1, "selector": {}}, opts=opts
    )
    deployment("scaled", opts, replicas=None)
    autoscaler("scaler", "scaled", opts)
    k8s.apiextensions.CustomResource(
        "gateway",
        api_version="gateway.networking.k8s.io/v1",
        kind="Gateway",
        metadata=metadata_of("edge"),
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
        metadata=metadata_of("www"),
        spec={"parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]},
        opts=opts,
    )
    k8s.rbac.v1.Role(
        "reader",
        metadata=metadata_of("reader"),
        rules=[{"api_groups": [""], "resources": ["configmaps"], "verbs": ["get"]}],
        opts=opts,
    )
    k8s.rbac.v1.RoleBinding(
        "readers",
        metadata=metadata_of("readers"),
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
        metadata=metadata_of(name),
        spec={"scale_target_ref": reference, "min_replicas": 2, "max_replicas": 4},
        opts=opts,
    )


def cron_job(name: str, opts: pulumi.ResourceOptions, **spec: Any) -> None:
    """A CronJob of the shop."""
    no_ports: Inputs = {"ports": None, "readiness_probe": None}
    template = pods(name, no_ports, {"restart_policy": "OnFailure", "topology_spread_constraints": None})
    job = {"spec": {"template": template, "ttl_seconds_after_finished": 600}}
    base = {"schedule": "@daily", "job_template": job, **spec}
    k8s.batch.v1.CronJob(name, metadata=metadata_of(name), spec=base, opts=opts)


def planted(opts: pulumi.ResourceOptions) -> None:
    """Objects that violate one rule each."""
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
        metadata=metadata_of("immovable"),
        spec={"max_unavailable": 0, "selector": {"match_labels": {"app": "web"}}},
        opts=opts,
    )
    k8s.core.v1.ConfigMap("wherever", metadata=metadata_of("wherever"), data={"a": "b"})
