"""The clouds that can keep a state. One's module, and its SDK, is imported only for a stack, or an address, of it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from anykube._clouds.definition import StateBackend, resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.state_backends.backend import Account, BackendError, Files, BackendNames

_BACKENDS: Mapping[str, StateBackend] = {
    name: cloud.state_backend for name, cloud in definitions().items() if cloud.state_backend
}
SCHEMES: Mapping[str, str] = {backend.scheme: name for name, backend in _BACKENDS.items()}
"""The cloud by the beginning of a backend's address."""


def account(spec: ManagedCluster, names: BackendNames) -> Account:
    """Enters the account that the environment's credentials lead to. Raises BackendError."""
    if spec.cloud not in _BACKENDS:
        raise BackendError(f"the cloud {spec.cloud} keeps no state: name a backend of another one")
    entered: Account = resolve(_BACKENDS[spec.cloud].account)(spec, names)
    return entered


def cloud_of(url: str) -> str | None:
    """The cloud that a backend's address leads to; None where it is none of these."""
    return SCHEMES.get(urlsplit(url).scheme)


def files(url: str) -> Files:
    """The files of a backend in a cloud. Raises BackendError."""
    found: Files = resolve(_BACKENDS[cloud_of(url) or ""].files)(url)
    return found
