"""How the stacks of this checkout lean on each other."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from components.clusters.eks.spec import EksClusterSpec
from components.clusters.spec import ClusterReference, LocalClusterSpec
from stacks.settings import Page, SettingsError, load
from toolchain import paths

ENVIRONMENTS = Path("stacks/environments")


def base(page: Page) -> str | None:
    """The stack whose cluster this page's apps are layered on."""
    return page.cluster.stack if isinstance(page.cluster, ClusterReference) else None


def cluster_stack(stack: str) -> str:
    """The stack that has the cluster: itself, or the one that it leans on."""
    return base(load(stack)) or stack


def is_local(stack: str) -> bool:
    """Whether the stack's cluster is one of this machine. A page that is wrong is taken for a local one."""
    try:
        return isinstance(load(cluster_stack(stack)).cluster, LocalClusterSpec)
    except SettingsError:
        return True


def cloud(stack: str) -> str | None:
    """The cloud whose SDK and plugin the stack's program needs; None where it needs none, or its page is wrong."""
    try:
        cluster = load(stack).cluster
    except SettingsError:
        return None
    return cluster.cloud if isinstance(cluster, EksClusterSpec) else None


def dependents(stack: str) -> Iterator[str]:
    """The stacks that are layered on this one's cluster."""
    for file in sorted((paths.checkout() / ENVIRONMENTS).glob("*.yaml")):
        with contextlib.suppress(SettingsError):  # a page that is wrong was never brought up as it is
            if base(load(file.stem)) == stack:
                yield file.stem
