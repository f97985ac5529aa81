"""Opens the state backend of a stack's cloud, or at an address. The SDKs of other clouds are not imported."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from anykube._clouds.definition import StateBackend, resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.state_backends.backend import Account, BackendError, BackendNames, Files

_BACKENDS: Mapping[str, StateBackend] = {
    name: cloud.state_backend for name, cloud in definitions().items() if cloud.state_backend
}
SCHEMES: Mapping[str, str] = {backend.scheme: name for name, backend in _BACKENDS.items()}
"""The cloud by the scheme of a backend's address."""


def account(spec: ManagedCluster, names: BackendNames) -> Account:
    """Opens the account that the environment's credentials belong to. Raises BackendError."""
    if spec.cloud not in _BACKENDS:
        raise BackendError(f"The cloud {spec.cloud} has no state backend. Use a backend in another cloud")
    account: Account = resolve(_BACKENDS[spec.cloud].account)(spec, names)
    return account


def cloud_of(url: str) -> str | None:
    """The cloud of a backend's address; None for other backends."""
    return SCHEMES.get(urlsplit(url).scheme)


def files(url: str) -> Files:
    """The files of a backend in a cloud. Raises BackendError."""
    files: Files = resolve(_BACKENDS[cloud_of(url) or ""].files)(url)
    return files
