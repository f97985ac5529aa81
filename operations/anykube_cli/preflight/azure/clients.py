"""The SDK clients of a subscription.

https://learn.microsoft.com/python/api/overview/azure/
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from anykube_cli.preflight.azure.errors import status

SCOPE = "https://management.azure.com/.default"

_CONNECTION = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 4, "retry_connect": 1}


@dataclass(frozen=True)
class Session:
    """Credentials, and how requests are sent."""

    credential: Any
    transport: Any = None
    """A transport of azure-core; None: its default."""


@dataclass(frozen=True)
class Clients:
    """One client per service. Creating one sends no request."""

    subscriptions: Any
    resources: Any
    features: Any
    compute: Any
    network: Any
    containers: Any
    authorization: Any
    vm_sizes: Callable[[], Mapping[str, Any]]
    """The VM sizes of the region by name. The response is large, so it is requested once."""
    principal: str = ""
    """The caller's object id in Entra."""


def clients(session: Session, subscription: str, region: str, principal: str = "") -> Clients:
    """Creates the clients. Sends no request."""
    from azure.mgmt.authorization import AuthorizationManagementClient
    from azure.mgmt.compute import ComputeManagementClient
    from azure.mgmt.containerservice import ContainerServiceClient
    from azure.mgmt.network import NetworkManagementClient
    from azure.mgmt.resource.features import FeatureClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.resource.subscriptions import SubscriptionClient

    options: dict[str, Any] = dict(_CONNECTION)
    if session.transport is not None:
        options["transport"] = session.transport

    def create(client_class: Callable[..., Any]) -> Any:
        return client_class(session.credential, subscription, **options)

    compute = create(ComputeManagementClient)
    return Clients(
        subscriptions=SubscriptionClient(session.credential, **options),
        resources=create(ResourceManagementClient),
        features=create(FeatureClient),
        compute=compute,
        network=create(NetworkManagementClient),
        containers=create(ContainerServiceClient),
        authorization=create(AuthorizationManagementClient),
        vm_sizes=call_once(lambda: vm_sizes(compute, region)),
        principal=principal,
    )


def get_or_none(get: Callable[[], Any]) -> Any:
    """The resource, or None if it does not exist. Raises azure-core's errors."""
    from azure.core.exceptions import HttpResponseError

    try:
        return get()
    except HttpResponseError as error:
        if status(error) != 404:
            raise
        return None


def call_once(function: Callable[[], Mapping[str, Any]]) -> Callable[[], Mapping[str, Any]]:
    """Returns a function that calls `function` once and keeps its result. An error is not kept."""
    lock, results = Lock(), list[Mapping[str, Any]]()

    def cached() -> Mapping[str, Any]:
        with lock:
            if not results:
                results.append(function())
        return results[0]

    return cached


def parse_resource_id(resource_id: str) -> Mapping[str, str]:
    """The names in a resource id by the type in front of each, in lower case, such as "subnets": "nodes"."""
    segments: Sequence[str] = resource_id.strip("/").split("/")
    return {kind.lower(): name for kind, name in zip(segments[::2], segments[1::2], strict=False)}


def vm_sizes(compute: Any, region: str) -> Mapping[str, Any]:
    """The VM sizes of a region by name: https://learn.microsoft.com/rest/api/compute/resource-skus/list"""
    skus = compute.resource_skus.list(filter=f"location eq '{region}'")
    return {sku.name: sku for sku in skus if sku.resource_type == "virtualMachines"}
