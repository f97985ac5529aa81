"""The services that are asked, by Azure's own clients.

https://learn.microsoft.com/python/api/overview/azure/
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from anykube_cli.preflight.azure.refusal import status

SCOPE = "https://management.azure.com/.default"

_PATIENCE = {"connection_timeout": 5, "read_timeout": 30, "retry_total": 4, "retry_connect": 1}


@dataclass(frozen=True)
class Session:
    """Whose requests these are, and how they travel."""

    credential: Any
    transport: Any = None
    """azure-core's; None takes its own."""


@dataclass(frozen=True)
class Clients:
    """One client a service. None asks anything before it is used."""

    subscriptions: Any
    resources: Any
    features: Any
    compute: Any
    network: Any
    containers: Any
    authorization: Any
    sizes: Callable[[], Mapping[str, Any]]
    """What the region has of sizes of machines, by name: a long answer, asked for once."""
    principal: str = ""
    """Object id of the caller in Entra; known once the caller is."""


def clients(session: Session, subscription: str, region: str, principal: str = "") -> Clients:
    """Raises nothing of the network: that is asked later."""
    from azure.mgmt.authorization import AuthorizationManagementClient
    from azure.mgmt.compute import ComputeManagementClient
    from azure.mgmt.containerservice import ContainerServiceClient
    from azure.mgmt.network import NetworkManagementClient
    from azure.mgmt.resource.features import FeatureClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.resource.subscriptions import SubscriptionClient

    asking: dict[str, Any] = dict(_PATIENCE)
    if session.transport is not None:
        asking["transport"] = session.transport

    def make(kind: Callable[..., Any]) -> Any:
        return kind(session.credential, subscription, **asking)

    compute = make(ComputeManagementClient)
    return Clients(
        subscriptions=SubscriptionClient(session.credential, **asking),
        resources=make(ResourceManagementClient),
        features=make(FeatureClient),
        compute=compute,
        network=make(NetworkManagementClient),
        containers=make(ContainerServiceClient),
        authorization=make(AuthorizationManagementClient),
        sizes=once(lambda: sizes(compute, region)),
        principal=principal,
    )


def found(ask: Callable[[], Any]) -> Any:
    """The answer, or None where what is asked for is not there. Raises azure-core's errors."""
    from azure.core.exceptions import HttpResponseError

    try:
        return ask()
    except HttpResponseError as error:
        if status(error) != 404:
            raise
        return None


def once(ask: Callable[[], Mapping[str, Any]]) -> Callable[[], Mapping[str, Any]]:
    """Asks when it is first called, and answers the same from then on. A refusal is not kept."""
    lock, answers = Lock(), list[Mapping[str, Any]]()

    def asked() -> Mapping[str, Any]:
        with lock:
            if not answers:
                answers.append(ask())
        return answers[0]

    return asked


def split(identifier: str) -> Mapping[str, str]:
    """The names in a resource's id, by the type that stands before each, in lower case."""
    parts: Sequence[str] = identifier.strip("/").split("/")
    return {kind.lower(): name for kind, name in zip(parts[::2], parts[1::2], strict=False)}


def sizes(compute: Any, region: str) -> Mapping[str, Any]:
    """By name: https://learn.microsoft.com/rest/api/compute/resource-skus/list"""
    skus = compute.resource_skus.list(filter=f"location eq '{region}'")
    return {sku.name: sku for sku in skus if sku.resource_type == "virtualMachines"}
