"""How the stacks of this checkout lean on each other."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from anykube._clusters.managed import ManagedCluster
from anykube._clusters.spec import ClusterReference, LocalClusterSpec
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.pages import ENVIRONMENTS as READ_FROM
from anykube.settings.problems import SettingsError

from anykube_cli.toolchain import paths

ENVIRONMENTS = Path("stacks/environments")


def page_of(stack: str) -> StackSettings:
    """The stack's page. One command asks for it many times over, and one of 500 apps is work: it is read once.

    Raises SettingsError.
    """
    return _read(stack, tuple((file, file.stat().st_mtime_ns) for file in sorted(READ_FROM.rglob("*.yaml"))))


@lru_cache
def _read(stack: str, _: tuple[tuple[Path, int], ...]) -> StackSettings:
    return load(stack)


def base(page: StackSettings) -> str | None:
    """The stack whose cluster this page's apps are layered on."""
    return page.cluster.stack if isinstance(page.cluster, ClusterReference) else None


def cluster_stack(stack: str) -> str:
    """The stack that has the cluster: itself, or the one that it leans on."""
    return base(page_of(stack)) or stack


def is_local(stack: str) -> bool:
    """Whether the stack's cluster is one of this machine. A page that is wrong is taken for a local one."""
    try:
        return isinstance(page_of(cluster_stack(stack)).cluster, LocalClusterSpec)
    except SettingsError:
        return True


def cloud(stack: str) -> str | None:
    """The cloud whose SDK and plugin the stack's program needs; None where it needs none, or its page is wrong."""
    try:
        cluster = page_of(stack).cluster
    except SettingsError:
        return None
    return cluster.cloud if isinstance(cluster, ManagedCluster) else None


def secrets(stack: str) -> Mapping[str, str]:
    """The secrets of the stack's page that a cloud's secret manager keeps; none where the page is wrong."""
    try:
        return page_of(stack).secrets
    except SettingsError:
        return {}


def dependents(stack: str) -> Iterator[str]:
    """The stacks that are layered on this one's cluster."""
    for file in sorted((paths.checkout() / ENVIRONMENTS).glob("*.yaml")):
        with contextlib.suppress(SettingsError):  # a page that is wrong was never brought up as it is
            if base(page_of(file.stem)) == stack:
                yield file.stem
