"""What a state backend consists of, and how to bring an account to it: creates what is missing, fixes weak settings."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

OWNER_TAG = "anykube:backend"
"""Tag of resources created or adopted for a backend, with the cluster's name. Google's labels cannot have a colon."""

OLD_VERSIONS_DAYS = 90
"""Days to keep earlier and deleted versions of a state."""
ROTATION_DAYS = 365
"""Days after which a key is rotated. Data encrypted with older key material can still be decrypted."""

Outcome = Literal["created", "updated", "unchanged"]


class BackendError(Exception):
    """The backend cannot be used. The message says why and what to do."""


@dataclass(frozen=True)
class BackendNames:
    """Names chosen by the user. None: derived from the cluster's name and the account."""

    bucket: str | None = None
    """The bucket; on Azure the storage account. An existing one is adopted only if it is named here."""
    key: str | None = None
    """The key's alias on AWS, the key ring on Google Cloud, the vault on Azure; likewise."""


@dataclass(frozen=True)
class Backend:
    """Where a stack's state is stored, in Pulumi's terms."""

    url: str
    """For PULUMI_BACKEND_URL."""
    secrets: str
    """For --secrets-provider."""


@dataclass(frozen=True)
class RequiredSetting:
    """A setting that a resource must have."""

    subject: str
    """The resource, such as `bucket acme-state`."""
    description: str
    """Such as `versioning`. The first setting of a subject is that it exists."""
    desired: Any
    """JSON. Other settings of the resource are kept."""
    read: Callable[[], Any]
    """Returns the current setting as JSON, or None if there is none. Raises errors of the cloud's SDK."""
    write: Callable[[Any], object]
    """Changes the setting; gets the result of `read`."""
    is_sufficient: Callable[[Any, Any], bool] | None = None
    """Whether the current setting, the first argument, is as good as the desired one. None: uses `covers`."""


@dataclass(frozen=True)
class SettingResult:
    """What happened to a setting."""

    subject: str
    description: str
    outcome: Outcome
    previous: str = ""
    """The setting before an update."""


class DesiredState(Protocol):
    """The settings that an account must have."""

    def settings(self) -> Iterable[RequiredSetting]:
        """All settings, in an order in which they can be made. Raises BackendError and errors of the SDK."""
        ...

    def explain(self, error: BaseException) -> str:
        """An error of the SDK and its remedy in a sentence, without private data."""
        ...


class Account(DesiredState, Protocol):
    """A cloud account with a backend in it."""

    @property
    def backend(self) -> Backend:
        """The backend in Pulumi's terms."""
        ...


class Files(Protocol):
    """The files of a backend, by path relative to its address."""

    def names(self, prefix: str) -> Sequence[str]:
        """All names with this prefix."""
        ...

    def read(self, name: str) -> bytes | None:
        """The content; None if the file no longer exists."""
        ...

    def remove(self, name: str) -> None:
        """Removes the file, if it still exists."""
        ...


def reconcile(account: DesiredState) -> Iterator[SettingResult]:
    """Brings the account to the desired state and yields the result of each setting. A second run changes nothing.

    Raises BackendError.
    """
    created: dict[str, bool] = {}
    """By subject, whether it was just created: its other settings are then reported as created, not as updated."""
    try:
        for setting in account.settings():
            current = setting.read()
            is_sufficient = current is not None and (setting.is_sufficient or covers)(current, setting.desired)
            if not is_sufficient:
                setting.write(current)
            if created.setdefault(setting.subject, current is None):
                yield SettingResult(setting.subject, setting.description, "created")
            elif is_sufficient:
                yield SettingResult(setting.subject, setting.description, "unchanged")
            else:
                previous = "nothing" if current is None else json.dumps(current, default=str, sort_keys=True)
                yield SettingResult(setting.subject, setting.description, "updated", previous)
    except BackendError:
        raise
    except Exception as error:
        raise BackendError(account.explain(error)) from error


def covers(current: Any, desired: Any) -> bool:
    """Whether the current value includes the desired one. A list must include every desired item, in any order."""
    if isinstance(desired, Mapping):
        return isinstance(current, Mapping) and all(covers(current.get(name), value) for name, value in desired.items())
    if isinstance(desired, list):
        return isinstance(current, list) and all(any(covers(item, value) for item in current) for value in desired)
    return bool(current == desired)


def merge_lists(current: Sequence[Any] | None, desired: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    """The current items without those that have the same `key` as a desired one, then the desired items."""
    names = {item[key] for item in desired}
    return [*(item for item in current or () if item.get(key) not in names), *desired]
