"""The clouds that can keep a state. One's module, and its SDK, is imported only for a stack, or an address, of it."""

from collections.abc import Mapping
from importlib import import_module
from urllib.parse import urlsplit

from anykube.clusters.managed import ManagedCluster

from anykube_cli.state_backends.backend import Account, Files, Names

SCHEMES: Mapping[str, str] = {"s3": "aws", "gs": "gcp", "azblob": "azure"}
"""The cloud by the beginning of a backend's address; the folder and the extra with its SDK have the same name."""


def account(spec: ManagedCluster, names: Names) -> Account:
    """Enters the account that the environment's credentials lead to. Raises BackendError."""
    entered: Account = import_module(f"{__package__}.{spec.cloud}.account").enter(spec, names)
    return entered


def cloud_of(url: str) -> str | None:
    """The cloud that a backend's address leads to; None where it is none of these."""
    return SCHEMES.get(urlsplit(url).scheme)


def files(url: str) -> Files:
    """The files of a backend in a cloud. Raises BackendError."""
    found: Files = import_module(f"{__package__}.{cloud_of(url)}.files").files(url)
    return found
