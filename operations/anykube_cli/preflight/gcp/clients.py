"""The API clients of a project, built from the discovery documents in google-api-python-client.

httplib2 is not thread-safe, so every request has its own connection:
https://googleapis.github.io/google-api-python-client/docs/thread_safety.html
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.gcp.errors import RequestError, status
from anykube_cli.preflight.gcp.plan import GcpPlan

_TIMEOUT = 20.0
"""Seconds to wait for a response."""
_RETRIES = 4
"""Retries of a request that was throttled or failed in the service, with exponential backoff."""


@dataclass(frozen=True)
class Session:
    """Credentials, and how requests are sent."""

    credentials: Any
    http: Callable[[], Any]
    """Creates a connection like httplib2.Http."""


@dataclass(frozen=True)
class Clients:
    """One client per API. Creating one sends no request."""

    compute: Any
    container: Any
    projects: Any
    services: Any
    accounts: Any


def connection() -> Any:
    """A connection with a timeout."""
    import httplib2

    return httplib2.Http(timeout=_TIMEOUT)


def build_client(session: Session, name: str, version: str) -> Any:
    """The client of an API, built from the SDK's discovery document. Sends no request."""
    # google-auth warns of Python versions years before their end of life.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"google\.")
    import google_auth_httplib2
    from googleapiclient import discovery
    from googleapiclient.http import HttpRequest

    def connect() -> Any:
        return google_auth_httplib2.AuthorizedHttp(session.credentials, http=session.http())

    def request(_: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpRequest(connect(), *args, **kwargs)

    return discovery.build(
        name, version, http=connect(), requestBuilder=request, cache_discovery=False, static_discovery=True
    )


def clients(session: Session) -> Clients:
    """Creates the clients. Sends no request."""
    return Clients(
        compute=build_client(session, "compute", "v1"),
        container=build_client(session, "container", "v1"),
        projects=build_client(session, "cloudresourcemanager", "v3"),
        services=build_client(session, "serviceusage", "v1"),
        accounts=build_client(session, "iam", "v1"),
    )


def execute(request: Any) -> Mapping[str, Any]:
    """Sends a request, with retries, and returns the response. Raises RequestError."""
    try:
        response: Mapping[str, Any] = request.execute(num_retries=_RETRIES)
    except Exception as error:
        raise RequestError(request.methodId, error) from error
    return response


def get_or_none(request: Any) -> Mapping[str, Any] | None:
    """The resource, or None if it does not exist. Raises RequestError."""
    try:
        return execute(request)
    except RequestError as error:
        if status(error) != 404:
            raise
        return None


def list_pages(collection: Any, method: str = "list", **parameters: Any) -> Iterator[Mapping[str, Any]]:
    """All pages of a list."""
    request = getattr(collection, method)(**parameters)
    while request is not None:
        response = execute(request)
        yield response
        request = getattr(collection, f"{method}_next")(request, response)


def list_items(collection: Any, **parameters: Any) -> Iterator[Mapping[str, Any]]:
    """All items of all pages of a list."""
    for page in list_pages(collection, **parameters):
        yield from page.get("items", ())


def list_aggregated(collection: Any, key: str, **parameters: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All items of an aggregated list, each with its zone or region."""
    for page in list_pages(collection, "aggregatedList", **parameters):
        for scope, scoped in page.get("items", {}).items():
            for item in scoped.get(key, ()):
                yield scope.rpartition("/")[2], item


def cluster_networks(plan: GcpPlan, clients: Clients) -> frozenset[str]:
    """Names of the networks created for a cluster of this name. Networks have no labels, so their description tells."""
    networks = list_items(clients.compute.networks(), project=plan.project) if plan.network_description else ()
    return frozenset(item["name"] for item in networks if item.get("description") == plan.network_description)


def resource_name(url: str) -> str:
    """The name at the end of a resource's URL."""
    return url.rpartition("/")[2]
