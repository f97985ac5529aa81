"""The key that encrypts the secrets of a stack, at the URL of Pulumi's secrets provider.

Pulumi encrypts a stack's secrets with a data key, and the data key with the key in the cloud. What happens to the data
key when the key in the cloud gets a new version differs:

- AWS and Google Cloud: the ciphertext names its version, and every version that exists decrypts what it encrypted.
- Azure: the request names the version. Without one, the vault decrypts with the newest version and fails. So the URL
  must contain the version.

https://github.com/pulumi/pulumi/issues/22338
"""

from collections.abc import Iterator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions

from anykube_cli.preflight.problem import Problem
from anykube_cli.state_backends.backend import BackendError

SUBJECT = "key of the secrets"
"""The subject of problems with a key."""


class MissingPermissionError(BackendError):
    """The caller may not do with the key what the command needs. Deploying may need less."""


class Key(Protocol):
    """A key in a cloud. All methods raise BackendError."""

    @property
    def name(self) -> str:
        """The key without its version, to compare the keys of two stacks."""
        ...

    def pinned_url(self, data_key: bytes) -> str:
        """The provider's URL with which Pulumi decrypts the data key, also after the key got newer versions."""
        ...

    def is_outdated(self, data_key: bytes) -> bool:
        """Whether an older version than the newest encrypted the data key."""
        ...

    def rotate(self, data_key: bytes) -> str:
        """The provider's URL with a newer version than that of the data key. Creates a version if there is none."""
        ...

    def problems(self, data_key: bytes) -> Iterator[Problem]:
        """Reasons why the data key cannot be decrypted, now or soon."""
        ...


_CLOUDS: Mapping[str, str] = {
    cloud.state_backend.key_scheme: name
    for name, cloud in definitions().items()
    if cloud.state_backend and cloud.state_backend.key
}


def cloud_of(url: str) -> str | None:
    """The cloud of a secrets provider's URL; None for a passphrase and other providers."""
    return _CLOUDS.get(urlsplit(url).scheme)


def open_key(url: str) -> Key:
    """Opens the key with the environment's credentials. Raises BackendError."""
    backend = definitions()[_CLOUDS[urlsplit(url).scheme]].state_backend
    if backend is None or backend.key is None:
        raise BackendError(f"{url} is not the URL of a key in a cloud")
    key: Key = resolve(backend.key)(url)
    return key
