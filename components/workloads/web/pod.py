"""The pod template of a web service: one container, locked down as Pod Security "restricted" asks.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

import pulumi

from components.model import Late
from components.workloads.metadata import MANAGED_BY, selector
from components.workloads.quantities import canonical
from components.workloads.web.secrets import checksum, late_env
from components.workloads.web.spec import Health, Resources, SecretRef, WebServiceSpec

_DRAIN_SECONDS = 5
_STOP_SECONDS = 30
_NODE_LOST_SECONDS = 30


def pod_template(app: str, namespace: str, spec: WebServiceSpec) -> dict[str, object]:
    """Raises pulumi.RunError where a reference to a secret is still in the environment."""
    late = late_env(spec)
    # An environment variable is read once, so the pods have to be replaced for a new secret.
    annotations = {"checksum/env": checksum(f"{namespace}/{app}", late)} if late else {}
    return {
        "metadata": {
            "labels": {**selector(app), **MANAGED_BY},
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": {
            "serviceAccountName": app,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": _DRAIN_SECONDS + _STOP_SECONDS,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": spec.run_as_user,
                "runAsGroup": spec.run_as_user,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [_container(app, spec)],
            "volumes": [{"name": "tmp", "emptyDir": {}}],
            "topologySpreadConstraints": [
                _spread(app, "kubernetes.io/hostname", required=spec.spread == "required"),
                _spread(app, "topology.kubernetes.io/zone", required=False),
            ],
            # Kubernetes' default leaves the pods of a lost node missing for five minutes.
            "tolerations": [
                {
                    "key": f"node.kubernetes.io/{condition}",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": _NODE_LOST_SECONDS,
                }
                for condition in ("not-ready", "unreachable")
            ],
        },
    }


def _container(app: str, spec: WebServiceSpec) -> dict[str, object]:
    env = [_variable(app, name, value) for name, value in spec.env.items()]
    return {
        "name": app,
        "image": spec.image,
        **({"args": list(spec.args)} if spec.args else {}),
        **({"env": env} if env else {}),
        "ports": [{"name": "http", "containerPort": spec.port, "protocol": "TCP"}],
        "resources": _resources(spec.resources),
        **_probes(spec.health),
        # A pod leaves the endpoints while it stops already: without a pause it would miss its last requests.
        # Kubernetes has this action on by default since 1.30.
        "lifecycle": {"preStop": {"sleep": {"seconds": _DRAIN_SECONDS}}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }


def _variable(app: str, name: str, value: Late | SecretRef) -> dict[str, object]:
    if isinstance(value, SecretRef):
        raise pulumi.RunError(
            f"WebService {app}: env.{name} refers to the secret {value.secret}, whose value is not there; "
            "replace it by components.resolve before the component is made."
        )
    if isinstance(value, pulumi.Output):
        return {"name": name, "valueFrom": {"secretKeyRef": {"name": f"{app}-env", "key": name}}}
    # The API server drops an empty value; to say it would be a difference for ever.
    return {"name": name, "value": value} if value else {"name": name}


def _resources(resources: Resources) -> dict[str, object]:
    limits = {"memory": resources.memory_limit or resources.memory}
    if resources.cpu_limit:
        limits["cpu"] = resources.cpu_limit
    requests = {"cpu": resources.cpu, "memory": resources.memory}
    return {
        "requests": {name: canonical(quantity) for name, quantity in requests.items()},
        "limits": {name: canonical(quantity) for name, quantity in limits.items()},
    }


def _probes(health: Health) -> dict[str, object]:
    connects = {"tcpSocket": {"port": "http"}}
    serves = {"httpGet": {"path": health.path, "port": "http"}}
    return {
        "startupProbe": {**connects, "periodSeconds": 1, "failureThreshold": health.startup_seconds},
        "readinessProbe": {**serves, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2},
        "livenessProbe": {**connects, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3},
    }


def _spread(app: str, topology_key: str, *, required: bool) -> dict[str, object]:
    return {
        "topologyKey": topology_key,
        "maxSkew": 1,
        "whenUnsatisfiable": "DoNotSchedule" if required else "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(app)},
        # Each revision is spread by itself: counted together, old pods would leave the new ones skewed.
        "matchLabelKeys": ["pod-template-hash"],
        # An empty node that refuses these pods would otherwise hold all the others down to one pod each.
        "nodeTaintsPolicy": "Honor",
    }
