"""Reads and changes the objects of a cluster through lightkube."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx2
from lightkube.generic_resource import (
    GenericGlobalResource,
    GenericNamespacedResource,
    create_global_resource,
    create_namespaced_resource,
)

from anykube_cli.kubeconfig import UnreachableError, connect

Kind = type[GenericGlobalResource] | type[GenericNamespacedResource]

MANAGED = {"app.kubernetes.io/managed-by": "anykube"}
"""The labels of the objects that Anykube created."""

# Generic resources, so that objects stay mappings: lightkube has no models of gateways, and revisions are compared raw.
NODES = create_global_resource("", "v1", "Node", "nodes")
PODS = create_namespaced_resource("", "v1", "Pod", "pods")
EVENTS = create_namespaced_resource("", "v1", "Event", "events")
DEPLOYMENTS = create_namespaced_resource("apps", "v1", "Deployment", "deployments")
STATEFUL_SETS = create_namespaced_resource("apps", "v1", "StatefulSet", "statefulsets")
DAEMON_SETS = create_namespaced_resource("apps", "v1", "DaemonSet", "daemonsets")
CRON_JOBS = create_namespaced_resource("batch", "v1", "CronJob", "cronjobs")
JOBS = create_namespaced_resource("batch", "v1", "Job", "jobs")
SERVICES = create_namespaced_resource("", "v1", "Service", "services")
CLAIMS = create_namespaced_resource("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims")
STORAGE_CLASSES = create_global_resource("storage.k8s.io", "v1", "StorageClass", "storageclasses")
REPLICA_SETS = create_namespaced_resource("apps", "v1", "ReplicaSet", "replicasets")
CONTROLLER_REVISIONS = create_namespaced_resource("apps", "v1", "ControllerRevision", "controllerrevisions")
INGRESSES = create_namespaced_resource("networking.k8s.io", "v1", "Ingress", "ingresses")
GATEWAYS = create_namespaced_resource("gateway.networking.k8s.io", "v1", "Gateway", "gateways")
HTTP_ROUTES = create_namespaced_resource("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes")


class StatusError(Exception):
    """The API server refused a request. The text is its message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        """The HTTP status."""


class ClusterApi:
    """The API server of a kubeconfig's current context. Use it in a `with` block; threads may share it.

        with ClusterApi(kubeconfig) as api:
            pods = api.items(PODS, namespace="shop")

    Raises UnreachableError.
    """

    def __init__(self, kubeconfig: str) -> None:
        self._kubeconfig = kubeconfig
        self._client = connect(kubeconfig)

    def __enter__(self) -> "ClusterApi":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def items(
        self,
        kind: Kind,
        *,
        namespace: str = "*",
        labels: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        optional: bool = False,
    ) -> list[Any]:
        """Returns the objects of a kind, as the API server returns them. Raises UnreachableError.

        `namespace`: "*" means all. `labels` and `fields` are selectors. `optional`: return no objects if the cluster
        does not serve the kind, instead of an error.
        """
        scope = {"namespace": namespace} if issubclass(kind, GenericNamespacedResource) else {}
        query = {**scope, "labels": labels and {**labels}, "fields": fields and {**fields}}
        try:
            return self._list(kind, query)
        except httpx2.HTTPStatusError as error:
            if optional and error.response.status_code == HTTPStatus.NOT_FOUND:
                return []
            raise UnreachableError(f"cannot list objects of kind {kind.__name__}: {error}") from error
        except httpx2.HTTPError as error:
            server = self._client.config.cluster.server
            raise UnreachableError(f"the cluster at {server} does not respond: {error}") from error

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Sends a request and returns the JSON of the response.

        Raises StatusError if the API server refuses the request, UnreachableError if it does not respond.
        """
        try:
            response = self._send(method, path, query, body, headers)
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                self._client = connect(self._kubeconfig)
                response = self._send(method, path, query, body, headers)
        except httpx2.HTTPError as error:
            server = self._client.config.cluster.server
            raise UnreachableError(f"the cluster at {server} does not respond: {error}") from error
        if response.is_error:
            raise StatusError(response.status_code, _message(response))
        return response.json()

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str] | None,
    ) -> httpx2.Response:
        # lightkube's own methods return whole objects only, and need the plural of each kind beforehand.
        http: httpx2.Client = self._client._client._client
        json_body: dict[str, Any] = {} if body is None else {"json": body}
        return http.request(method, path, params={**(query or {})}, headers={**(headers or {})}, **json_body)

    def _list(self, kind: Kind, query: Mapping[str, Any]) -> list[Any]:
        try:
            return list(self._client.list(kind, **query))
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != HTTPStatus.UNAUTHORIZED:
                raise
        # The exec plugin's token expired, for example during a long rollout. Get a new one.
        self._client = connect(self._kubeconfig)
        return list(self._client.list(kind, **query))


def _message(response: httpx2.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP status {response.status_code}"
