"""The settings of this project's stacks, and which stack uses the cluster of which."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ClusterReference, LocalClusterSpec
from anykube._rules.node import ConfigNode
from anykube.settings.files import ENVIRONMENTS as SETTINGS_FOLDER
from anykube.settings.files import read
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import SettingsError
from anykube.settings.tree import UnreadableError

from anykube_cli.toolchain import paths

ENVIRONMENTS = Path("stacks/environments")
"""The folder of the settings files, relative to the project."""


def load_stack_settings(stack: str) -> StackSettings:
    """The settings of a stack. Raises SettingsError.

    Cached until a settings file changes: a command asks for them many times, and settings with 500 apps load slowly.
    """
    return _load(stack, tuple((file, file.stat().st_mtime_ns) for file in sorted(SETTINGS_FOLDER.rglob("*.yaml"))))


@lru_cache
def _load(stack: str, _: tuple[tuple[Path, int], ...]) -> StackSettings:
    return load(stack)


def base_stack(settings: StackSettings) -> str | None:
    """The stack whose cluster runs these apps; None if the settings have a cluster of their own."""
    return settings.cluster.stack if isinstance(settings.cluster, ClusterReference) else None


def cluster_stack(stack: str) -> str:
    """The stack that has the cluster: this one, or the one whose cluster it uses."""
    return base_stack(load_stack_settings(stack)) or stack


def is_local(stack: str) -> bool:
    """Whether the stack's cluster is on this machine. True if its settings are invalid."""
    try:
        return isinstance(load_stack_settings(cluster_stack(stack)).cluster, LocalClusterSpec)
    except SettingsError:
        return True


def cloud(stack: str) -> str | None:
    """The cloud whose SDK and plugin the stack's program needs; None if it needs none or its settings are invalid."""
    try:
        cluster = load_stack_settings(stack).cluster
    except SettingsError:
        return None
    return cluster.cloud if isinstance(cluster, ManagedCluster) else None


def secrets(stack: str) -> Mapping[str, str]:
    """The stack's secrets that a cloud's secret manager keeps; empty if its settings are invalid."""
    try:
        return load_stack_settings(stack).secrets
    except SettingsError:
        return {}


def dependents(stack: str) -> Iterator[str]:
    """The stacks that use this stack's cluster."""
    for file in sorted((paths.checkout() / ENVIRONMENTS).glob("*.yaml")):
        # Validation takes far longer than reading, so only the files that matter are validated.
        with contextlib.suppress(SettingsError):  # a stack with invalid settings was never deployed from them
            if _named_stack(file.stem) == stack and base_stack(load_stack_settings(file.stem)) == stack:
                yield file.stem


def _named_stack(stack: str) -> str | None:
    """The stack whose cluster the settings name, which may be invalid. Raises SettingsError if they are unreadable."""
    try:
        return ConfigNode(read(stack, SETTINGS_FOLDER)[0])["cluster"]["stack"].text
    except UnreadableError as error:
        raise SettingsError([error.problem]) from None
