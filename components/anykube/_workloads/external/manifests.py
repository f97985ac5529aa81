"""Renders the manifests of an external service."""

import ipaddress
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.names import validate_app_name
from anykube._workloads.parts import ManifestPart, after
from anykube._workloads.user_manifests import user_manifests


def manifests(app: str, namespace: str, spec: ExternalServiceSpec, context: ClusterContext) -> list[ManifestPart]:  # noqa: ARG001
    """The Service and the app's additional manifests. Raises pulumi.RunError for an invalid name."""
    validate_app_name("ExternalService", app)
    return [
        *user_manifests(namespace, spec),
        *after("service", _service(app, namespace, spec)),
        *after("endpoints", _endpoints(app, namespace, spec) if spec.addresses else None),
    ]


def _service(app: str, namespace: str, spec: ExternalServiceSpec) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        # There is nothing to wait for: the host is outside the cluster.
        "metadata": metadata(app, namespace, annotations=SKIP_AWAIT),
        "spec": _to_addresses(spec) if spec.addresses else {"type": "ExternalName", "externalName": spec.host},
    }


def _to_addresses(spec: ExternalServiceSpec) -> dict[str, object]:
    port = {
        "name": spec.port_name,
        "port": spec.port,
        "targetPort": spec.target or spec.port,
        "protocol": spec.protocol,
        **({"appProtocol": spec.app_protocol} if spec.app_protocol else {}),
    }
    # Without a port to translate, the name resolves to the addresses. The CNI plugin of EKS judges a connection before
    # a Service's address is translated, and knows only Services of pods:
    # https://github.com/aws/amazon-network-policy-controller-k8s/issues/207
    address = {} if spec.target not in (None, spec.port) else {"clusterIP": "None"}
    families = {"ipFamilies": [_family(spec)], "ipFamilyPolicy": "SingleStack"}
    return {"type": "ClusterIP", **address, **families, "ports": [port]}


def _endpoints(app: str, namespace: str, spec: ExternalServiceSpec) -> Manifest:
    """The EndpointSlice of the Service.

    https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
    """
    common: dict[str, Any] = metadata(app, namespace)
    labels = {"kubernetes.io/service-name": app, "endpointslice.kubernetes.io/managed-by": "anykube"}
    port = {"name": spec.port_name, "port": spec.target or spec.port, "protocol": spec.protocol}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {**common, "labels": {**common["labels"], **labels}},
        "addressType": _family(spec),
        "ports": [{**port, **({"appProtocol": spec.app_protocol} if spec.app_protocol else {})}],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}} for address in spec.addresses],
    }


def _family(spec: ExternalServiceSpec) -> str:
    return f"IPv{ipaddress.ip_address(spec.addresses[0]).version}"
