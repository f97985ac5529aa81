"""A client for the few requests that local clusters need from the Kubernetes API.

It does not use lightkube, which cannot request `/readyz` and `/openapi`. Importing lightkube takes 250 ms in each
simulator that starts; httpx2 alone takes 140 ms.
"""

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import httpx2
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.kubernetes.errors import SandboxError

Json = Mapping[str, object]


class Api:
    """A client that uses the cluster's admin certificate. Use it in a `with` block."""

    def __init__(self, server: str, pki: Path) -> None:
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        # trust_env=False ignores HTTP proxies, because the server listens on loopback.
        self._http = httpx2.Client(base_url=server, verify=context, timeout=30, trust_env=False)

    def __enter__(self) -> "Api":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def is_ready(self) -> bool:
        """Whether the API server responds and is ready."""
        try:
            return self._http.get("/readyz", timeout=5).is_success
        except httpx2.HTTPError:
            return False

    def wait_ready(self, seconds: float) -> None:
        """Waits until the API server is ready. Raises TimeoutError after this many seconds."""
        poll = retry(
            retry=retry_if_result(lambda is_ready: not is_ready),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(seconds),
            retry_error_callback=lambda _: False,
        )
        if not poll(self.is_ready)():
            raise TimeoutError(f"the API server was not ready within {seconds:.0f} s")

    def wait_served(self, path: str, seconds: float) -> None:
        """Waits until the API server serves the path. Raises TimeoutError after this many seconds."""
        poll = retry(
            retry=retry_if_result(lambda is_served: not is_served),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(seconds),
            retry_error_callback=lambda _: False,
        )
        if not poll(lambda: self._http.get(path).is_success)():
            raise TimeoutError(f"the API server did not serve {path} within {seconds:.0f} s")

    def list(self, path: str, **query: str) -> Sequence[Json]:
        """Returns the items of a collection."""
        items: Sequence[Json] = self._ok(self._http.get(path, params=query)).json()["items"]
        return items

    def create(self, path: str, body: Json) -> bool:
        """Creates an object. Returns False if one with this name already exists."""
        response = self._http.post(path, json=body)
        if response.status_code == httpx2.codes.CONFLICT:
            return False
        self._ok(response)
        return True

    def merge(self, path: str, body: Json) -> None:
        """Merges fields into an object (JSON merge patch)."""
        headers = {"content-type": "application/merge-patch+json"}
        self._ok(self._http.patch(path, json=body, headers=headers))

    def delete(self, path: str) -> None:
        """Deletes an object, if it exists."""
        response = self._http.delete(path)
        if response.status_code != httpx2.codes.NOT_FOUND:
            self._ok(response)

    def evict(self, namespace: str, pod: str) -> bool:
        """Evicts a pod. Returns False while a PodDisruptionBudget does not allow it."""
        response = self._http.post(
            f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction",
            json={
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": {"name": pod, "namespace": namespace},
            },
        )
        if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            return False
        if response.status_code != httpx2.codes.NOT_FOUND:
            self._ok(response)
        return True

    @staticmethod
    def _ok(response: httpx2.Response) -> httpx2.Response:
        if response.is_error:
            raise SandboxError(
                f"the API server rejected {response.request.method} {response.url.path}: {response.text}"
            )
        return response
