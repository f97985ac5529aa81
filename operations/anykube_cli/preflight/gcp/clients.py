"""The services that are asked, built from the discovery documents that google-api-python-client brings along.

httplib2 is not safe across threads, so every request has a connection of its own:
https://googleapis.github.io/google-api-python-client/docs/thread_safety.html
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.preflight.gcp.refusal import AskedError, status

_PATIENCE = 20.0
"""Seconds that an answer may take."""
_RETRIES = 4
"""How often a request is repeated that was throttled, or that the service itself failed at; with growing pauses."""


@dataclass(frozen=True)
class Session:
    """Whose requests these are, and how they travel."""

    credentials: Any
    http: Callable[[], Any]
    """Makes a connection, as httplib2's."""


@dataclass(frozen=True)
class Clients:
    """One client a service. None asks anything before it is used."""

    compute: Any
    container: Any
    projects: Any
    services: Any
    accounts: Any


def connection() -> Any:
    """A connection that does not wait for ever."""
    import httplib2

    return httplib2.Http(timeout=_PATIENCE)


def service(session: Session, name: str, version: str) -> Any:
    """A service's client, by the document that the SDK brings along. Raises nothing of the network."""
    # Of Python's own end of life, years ahead: nobody who asks a cloud has to hear of it.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"google\.")
    import google_auth_httplib2
    from googleapiclient import discovery
    from googleapiclient.http import HttpRequest

    def connect() -> Any:
        return google_auth_httplib2.AuthorizedHttp(session.credentials, http=session.http())

    def request(_: Any, *arguments: Any, **named: Any) -> Any:
        return HttpRequest(connect(), *arguments, **named)

    return discovery.build(
        name, version, http=connect(), requestBuilder=request, cache_discovery=False, static_discovery=True
    )


def clients(session: Session) -> Clients:
    """Raises nothing of the network: that is asked later."""
    return Clients(
        compute=service(session, "compute", "v1"),
        container=service(session, "container", "v1"),
        projects=service(session, "cloudresourcemanager", "v3"),
        services=service(session, "serviceusage", "v1"),
        accounts=service(session, "iam", "v1"),
    )


def ask(request: Any) -> Mapping[str, Any]:
    """Sends it, again where that may help. Raises AskedError."""
    try:
        answer: Mapping[str, Any] = request.execute(num_retries=_RETRIES)
    except Exception as error:
        raise AskedError(request.methodId, error) from error
    return answer


def found(request: Any) -> Mapping[str, Any] | None:
    """The answer, or None where what is asked for is not there. Raises AskedError."""
    try:
        return ask(request)
    except AskedError as error:
        if status(error) != 404:
            raise
        return None


def pages(collection: Any, method: str = "list", **asked: Any) -> Iterator[Mapping[str, Any]]:
    """All pages of an answer."""
    request = getattr(collection, method)(**asked)
    while request is not None:
        answer = ask(request)
        yield answer
        request = getattr(collection, f"{method}_next")(request, answer)


def items(collection: Any, **asked: Any) -> Iterator[Mapping[str, Any]]:
    """All items of all pages of a list."""
    for page in pages(collection, **asked):
        yield from page.get("items", ())


def spread(collection: Any, key: str, **asked: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All items of an aggregated list, each with its zone or region."""
    for page in pages(collection, "aggregatedList", **asked):
        for scope, some in page.get("items", {}).items():
            for item in some.get(key, ()):
                yield scope.rpartition("/")[2], item


def own_networks(plan: GcpPlan, clients: Clients) -> frozenset[str]:
    """Names of networks that are made for a cluster of this name: they bear no labels, but its description."""
    there = items(clients.compute.networks(), project=plan.project) if plan.network else ()
    return frozenset(item["name"] for item in there if item.get("description") == plan.network)


def last(url: str) -> str:
    """The name at the end of a resource's URL."""
    return url.rpartition("/")[2]
