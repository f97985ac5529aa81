"""From the spec of a web service to plain Kubernetes manifests.

Values that are outputs are placed, never looked at.
"""

import re
from typing import NamedTuple

import pulumi

from components.kubernetes import Manifest
from components.routing import Routing
from components.workloads.metadata import SKIP_AWAIT, metadata, selector
from components.workloads.web.ingress import ingress
from components.workloads.web.pod import pod_template
from components.workloads.web.secrets import env_secret
from components.workloads.web.spec import Rollout, WebServiceSpec

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


class WebServiceManifests(NamedTuple):
    """The objects of a web service, but for its certificate, in the order in which they are made."""

    service_account: Manifest
    env_secret: Manifest | None
    deployment: Manifest
    service: Manifest
    ingress: Manifest | None


def manifests(app: str, namespace: str, spec: WebServiceSpec, routing: Routing | None = None) -> WebServiceManifests:
    """The manifests of the app, all with explicit names in `namespace`.

    Raises pulumi.RunError where the name cannot be a Service's, a secret is unresolved, or TLS incomplete.
    """
    if not _SERVICE_NAME.fullmatch(app):
        raise pulumi.RunError(
            f"WebService {app!r}: its name becomes a host name in the cluster (RFC 1035); use at most 63 "
            "lower-case letters, digits or '-', that begin with a letter and end with a letter or digit."
        )
    return WebServiceManifests(
        service_account=_service_account(app, namespace),
        env_secret=env_secret(app, namespace, spec),
        deployment=_deployment(app, namespace, spec),
        service=_service(app, namespace),
        ingress=ingress(app, namespace, spec, routing or Routing()),
    )


def _service_account(app: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(app, namespace),
        "automountServiceAccountToken": False,
    }


def _deployment(app: str, namespace: str, spec: WebServiceSpec) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(app, namespace),
        "spec": {
            "replicas": spec.replicas,
            "selector": {"matchLabels": selector(app)},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": _rolling_update(spec.rollout)},
            "progressDeadlineSeconds": spec.rollout.progress_deadline,
            "revisionHistoryLimit": 3,
            "template": pod_template(app, namespace, spec),
        },
    }


def _rolling_update(rollout: Rollout) -> dict[str, object]:
    limits = {"maxSurge": rollout.max_surge, "maxUnavailable": rollout.max_unavailable}
    return {name: limit if limit.endswith("%") else int(limit) for name, limit in limits.items()}


def _service(app: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        # The Deployment has proved already that pods are ready; waiting for endpoints costs ten seconds more.
        "metadata": metadata(app, namespace, annotations=SKIP_AWAIT),
        "spec": {
            "type": "ClusterIP",
            "selector": selector(app),
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
        },
    }
