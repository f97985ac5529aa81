"""`DryRunApi`: the requests of a dry run to an API server."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx2

from anykube_cli.dry_run.verdict import Verdict, verdict
from anykube_cli.kubeconfig import UnreachableError, session

_DRY_RUN = {"dryRun": "All", "fieldValidation": "Strict"}
_METADATA = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
"""Lists objects without their content, which may be secret.

https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches
"""
_PAGE = 500
_THREADS = 16
_BUSY_ATTEMPTS = 5

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of object, as the API server serves it."""

    path: str
    """Path of its group and version, such as /apis/apps/v1."""
    plural: str
    namespaced: bool

    def collection(self, namespace: str) -> str:
        """Path of the objects of the kind in a namespace."""
        return f"{self.path}/namespaces/{namespace}/{self.plural}" if self.namespaced else f"{self.path}/{self.plural}"


class DryRunApi:
    """An API server. Use it in a `with` block; threads may share it. Methods raise UnreachableError."""

    def __init__(self, kubeconfig: str) -> None:
        self._session = session(kubeconfig)

    def __enter__(self) -> "DryRunApi":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._session.close()

    def kinds(self, versions: Iterable[str]) -> dict[tuple[str, str], Kind]:
        """The kinds that the cluster serves, by apiVersion and kind. `versions`: the apiVersions to look up."""
        return {
            (version, resource["kind"]): Kind(_path(version), resource["name"], resource["namespaced"])
            for version, document in self._each(self._resources, dict.fromkeys(versions))
            for resource in document.get("resources", ())
            if "/" not in resource["name"]
        }

    def metadata(self, kind: Kind, namespace: str = "") -> list[Object]:
        """The metadata of the objects in a namespace, or of all if it is empty. Empty if this login may not list."""
        path = kind.collection(namespace) if namespace else f"{kind.path}/{kind.plural}"
        metadata: list[Object] = []
        query: dict[str, str] = {"limit": str(_PAGE)}
        while True:
            response = self._send("GET", path, params=query, headers=_METADATA)
            if not response.is_success:
                return metadata
            page = response.json()
            metadata += [item["metadata"] for item in page.get("items") or ()]
            if not (position := page["metadata"].get("continue")):
                return metadata
            query["continue"] = position

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """The object; None if it does not exist or this login may not read it."""
        response = self._send("GET", f"{kind.collection(namespace)}/{quote(name)}")
        return response.json() if response.is_success else None

    def apply(self, kind: Kind, manifest: Object, field_manager: str) -> Verdict:
        """Judges a server-side apply of the manifest. `field_manager`: owner of the fields that the run sets."""
        metadata = manifest["metadata"]
        return verdict(
            self._send(
                "PATCH",
                f"{kind.collection(metadata.get('namespace', ''))}/{quote(metadata['name'], safe='')}",
                # A conflict with other owners is not a mistake of the object.
                params={**_DRY_RUN, "fieldManager": field_manager, "force": "true"},
                headers={"Content-Type": "application/apply-patch+yaml"},
                json=manifest,
            )
        )

    def create(self, kind: Kind, manifest: Object) -> Verdict:
        """Judges the creation of an object."""
        path = kind.collection(manifest["metadata"].get("namespace", ""))
        return verdict(self._send("POST", path, params=_DRY_RUN, json=manifest))

    def _each(self, request: Any, keys: Iterable[str]) -> Iterator[tuple[str, Any]]:
        keys = list(keys)
        with workers() as pool:
            yield from zip(keys, pool.map(request, keys), strict=True)

    def _resources(self, version: str) -> Object:
        response = self._send("GET", _path(version))
        document: Object = response.json() if response.is_success else {}
        return document

    def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        for attempt in range(_BUSY_ATTEMPTS):
            try:
                response = self._session.request(method, path, **request)
            except httpx2.HTTPError as error:
                server = self._session.base_url
                raise UnreachableError(f"the cluster at {server} does not respond: {error}") from error
            if response.status_code != HTTPStatus.TOO_MANY_REQUESTS or attempt == _BUSY_ATTEMPTS - 1:
                break
            time.sleep(float(response.headers.get("retry-after", 1)))
        return response


def workers() -> ThreadPoolExecutor:
    """Threads for requests at the same time."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="dry-run")


def _path(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"
