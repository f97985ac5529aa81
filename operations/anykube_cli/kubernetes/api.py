"""The few requests that the sandbox itself makes to a cluster's API.

These do not go through lightkube: it has no requests for `/readyz` and `/openapi`, so this client would stay beside
it. Importing it takes 250 ms, httpx2 alone 140, in each simulator that starts.
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
    """A client with the cluster's own admin certificate. Use it in a `with` block."""

    def __init__(self, server: str, pki: Path) -> None:
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        # trust_env off: a proxy of the environment has nothing to do with a server on loopback.
        self._http = httpx2.Client(base_url=server, verify=context, timeout=30, trust_env=False)

    def __enter__(self) -> "Api":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ready(self) -> bool:
        """Whether the API server answers and says that it is ready."""
        try:
            return self._http.get("/readyz", timeout=5).is_success
        except httpx2.HTTPError:
            return False

    def wait_ready(self, seconds: float) -> None:
        """Returns as soon as the API server is ready. Raises TimeoutError after that many seconds."""
        poll = retry(
            retry=retry_if_result(lambda ready: not ready),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(seconds),
            retry_error_callback=lambda _: False,
        )
        if not poll(self.ready)():
            raise TimeoutError(f"the API server was not ready within {seconds:.0f} s")

    def wait_served(self, path: str, seconds: float) -> None:
        """Returns as soon as the path answers. Raises TimeoutError after that many seconds."""
        poll = retry(
            retry=retry_if_result(lambda served: not served),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(seconds),
            retry_error_callback=lambda _: False,
        )
        if not poll(lambda: self._http.get(path).is_success)():
            raise TimeoutError(f"the API server did not serve {path} within {seconds:.0f} s")

    def list(self, path: str, **query: str) -> Sequence[Json]:
        """The items of a collection."""
        items: Sequence[Json] = self._ok(self._http.get(path, params=query)).json()["items"]
        return items

    def create(self, path: str, body: Json) -> bool:
        """Creates an object; False where one of that name is there already."""
        answer = self._http.post(path, json=body)
        if answer.status_code == httpx2.codes.CONFLICT:
            return False
        self._ok(answer)
        return True

    def merge(self, path: str, body: Json) -> None:
        """Merges these fields into an object (JSON merge patch)."""
        headers = {"content-type": "application/merge-patch+json"}
        self._ok(self._http.patch(path, json=body, headers=headers))

    def delete(self, path: str) -> None:
        """Deletes an object; one that is gone is well."""
        answer = self._http.delete(path)
        if answer.status_code != httpx2.codes.NOT_FOUND:
            self._ok(answer)

    def evict(self, namespace: str, pod: str) -> bool:
        """Asks for a pod's eviction; False while a disruption budget does not allow it."""
        answer = self._http.post(
            f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction",
            json={
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": {"name": pod, "namespace": namespace},
            },
        )
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            return False
        if answer.status_code != httpx2.codes.NOT_FOUND:
            self._ok(answer)
        return True

    @staticmethod
    def _ok(answer: httpx2.Response) -> httpx2.Response:
        if answer.is_error:
            raise SandboxError(f"the API server refused {answer.request.method} {answer.url.path}: {answer.text}")
        return answer
