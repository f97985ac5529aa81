"""What a backend has to be, and how an account is brought to it: what is right stays, what is weak is strengthened."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

OWNER_TAG = "anykube:backend"
"""The tag of what was made for a backend, or taken over for it; Google's labels cannot have the colon."""

OLD_VERSIONS_DAYS = 90
"""Days that earlier versions of a state are kept, and deleted ones can be brought back."""
ROTATION_DAYS = 365
"""Days after which a key gets new material; what older material encrypted is still read."""

Outcome = Literal["made", "strengthened", "as it should be"]


class BackendError(Exception):
    """Why there can be no such backend, in a sentence that says what would help."""


@dataclass(frozen=True)
class BackendNames:
    """What is asked for by name. None: named after the cluster and where its account is."""

    bucket: str | None = None
    """The bucket; on Azure the storage account. One that is there is taken over only if it is named."""
    key: str | None = None
    """The key's alias on AWS, the key ring on Google Cloud, the vault on Azure; likewise."""


@dataclass(frozen=True)
class Backend:
    """Where a stack's state is to lie, as Pulumi names it."""

    url: str
    """For PULUMI_BACKEND_URL."""
    secrets: str
    """For --secrets-provider."""


@dataclass(frozen=True)
class Setting:
    """Something that has to be so."""

    subject: str
    """What has it, such as `bucket acme-state`."""
    what: str
    """In words, such as `versioning`. The first of a subject is that it is there."""
    wanted: Any
    """JSON. What an account has beside that is left as it is."""
    read: Callable[[], Any]
    """What there is, as JSON; None where there is nothing. Raises what the cloud's SDK raises."""
    write: Callable[[Any], object]
    """Sees to it; is given what `read` found."""
    enough: Callable[[Any, Any], bool] | None = None
    """Whether what is there, the first argument, is as good as what is wanted. None: the same or more."""


@dataclass(frozen=True)
class SettingResult:
    """What came of a setting."""

    subject: str
    what: str
    outcome: Outcome
    was: str = ""
    """What was there before it was strengthened."""


class Wanted(Protocol):
    """What an account is to be brought to."""

    def settings(self) -> Iterable[Setting]:
        """All that has to be so, in the order in which it can be made. Raises BackendError and what the SDK raises."""
        ...

    def explain(self, error: BaseException) -> str:
        """An error of the SDK in a sentence, without what may be private in it."""
        ...


class Account(Wanted, Protocol):
    """A cloud's account, and the backend in it."""

    @property
    def backend(self) -> Backend:
        """How Pulumi names it."""
        ...


class Files(Protocol):
    """The files of a backend, by path below its address."""

    def names(self, prefix: str) -> Sequence[str]:
        """All that begin so."""
        ...

    def read(self, name: str) -> bytes | None:
        """The content; None where it has gone meanwhile."""
        ...

    def remove(self, name: str) -> None:
        """Removes it, where it still is."""
        ...


def reconcile(account: Wanted) -> Iterator[SettingResult]:
    """Brings the account to what is wanted, and tells of each setting. A second run finds all as it should be.

    Raises BackendError.
    """
    new: dict[str, bool] = {}
    """Of each subject, whether it was made just now: what it lacks yet is nobody's weakness."""
    try:
        for setting in account.settings():
            there = setting.read()
            fits = there is not None and (setting.enough or covers)(there, setting.wanted)
            if not fits:
                setting.write(there)
            if new.setdefault(setting.subject, there is None):
                yield SettingResult(setting.subject, setting.what, "made")
            elif fits:
                yield SettingResult(setting.subject, setting.what, "as it should be")
            else:
                was = "nothing" if there is None else json.dumps(there, default=str, sort_keys=True)
                yield SettingResult(setting.subject, setting.what, "strengthened", was)
    except BackendError:
        raise
    except Exception as error:
        raise BackendError(account.explain(error)) from error


def covers(there: Any, wanted: Any) -> bool:
    """Whether all that is wanted is there. Of a list every item has to be, in whatever order."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(covers(there.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(there, list) and all(any(covers(one, value) for one in there) for value in wanted)
    return bool(there == wanted)


def merged(there: Sequence[Any] | None, ours: Sequence[Mapping[str, Any]], by: str) -> list[Any]:
    """A list with our items in it: others stay, and those with one of our names give way."""
    names = {one[by] for one in ours}
    return [*(one for one in there or () if one.get(by) not in names), *ours]
