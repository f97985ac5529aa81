"""`Draft`: settings that are being written, and the field of the input that each comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anykube_cli.importing.objects import InputObject
from anykube_cli.importing.paths import Path

Origin = tuple[InputObject, Path]
"""A field of the input. It may have fields below it."""


@dataclass
class Draft:
    """Settings of a stack as plain data."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, list[Origin]] = field(default_factory=dict)
    """The origins of settings, by the setting's path."""
    secrets: dict[str, str] = field(default_factory=dict)
    """The values of secrets by their name in the settings. They are never printed."""
    secret_origins: dict[str, str] = field(default_factory=dict)
    """Where the value of a secret is, such as `password in Secret db`."""
    dropped: dict[str, str] = field(default_factory=dict)
    """Apps that settings cannot express, and why."""
    manifests: dict[int, str] = field(default_factory=dict)
    """The apps whose `manifests` have an object of the input, by the object's identity."""
    refusals: list[tuple[Path, str]] = field(default_factory=list)
    """Settings that were removed because a rule refuses them, and its message."""

    def app(self, name: str) -> "AppDraft":
        """The settings of an app."""
        self.data.setdefault("apps", {}).setdefault(name, {})
        return AppDraft(self, name)

    def secret(self, name: str, value: str, origin: str) -> Mapping[str, str]:
        """The reference to a secret with this value. Equal values are one secret: the password of a database, and of
        its client."""
        base, number = next((known for known, text in self.secrets.items() if text == value), name), 2
        name = base
        while self.secrets.get(name, value) != value:
            name, number = f"{base}-{number}", number + 1
        self.secrets[name] = value
        self.secret_origins.setdefault(name, origin)
        return {"secret": name}


@dataclass(frozen=True)
class AppDraft:
    """The settings of one app in a draft."""

    draft: Draft
    name: str
    prefix: Path = ()
    """The path below the app, such as of a container."""

    @property
    def path(self) -> Path:
        return ("apps", self.name, *self.prefix)

    def set(self, target: str | Path, value: Any, *origins: Origin) -> None:
        """Sets a setting. `target` is a path with dots, or a tuple."""
        steps = tuple(target.split(".")) if isinstance(target, str) else target
        node: Any = self.draft.data
        path = (*self.path, *steps)
        for step in path[:-1]:
            node = node[step] if isinstance(step, int) else node.setdefault(step, {})
        node[path[-1]] = value
        self.draft.origins.setdefault(path, []).extend(origins)

    def get(self, target: str) -> Any:
        """A setting; None if it is not set."""
        node: Any = self.draft.data
        for step in (*self.path, *target.split(".")):
            node = node[step] if isinstance(step, int) else node.get(step)
            if node is None:
                return None
        return node

    def append(self, target: str, value: Any, *origins: Origin) -> "AppDraft":
        """Adds an element to a list. Returns its settings."""
        items = self.get(target)
        if items is None:
            self.set(target, [])
            items = self.get(target)
        items.append(value)
        child = AppDraft(self.draft, self.name, (*self.prefix, *target.split("."), len(items) - 1))
        self.draft.origins.setdefault(child.path, []).extend(origins)
        return child
