"""The entry points of clouds. Imports no definition, so that `anykube token` starts fast."""

from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, EntryPoint, distributions
from pkgutil import resolve_name

from anykube._clouds.tokens import ClusterToken, TokenTarget

GROUP = "anykube.clouds"


def entry_points() -> Iterator[EntryPoint]:
    """The first entry point of each name, as Python imports the first module of a name on its path.

    `importlib.metadata.entry_points` would parse the entry points of every distribution, which takes 25 ms in each run.
    This parses only files that mention the group.
    """
    names: set[str] = set()
    for distribution in distributions():
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            continue
        for entry_point in distribution.entry_points.select(group=GROUP):
            if entry_point.name not in names:
                names.add(entry_point.name)
                yield entry_point


def distribution(name: str) -> Distribution:
    """The distribution that provides a cloud. Raises KeyError if there is none.

    >>> distribution("aws").name
    'anykube'
    """
    for entry_point in entry_points():
        if entry_point.name == name and entry_point.dist:
            return entry_point.dist
    raise KeyError(name)


def token_function(name: str) -> Callable[[TokenTarget], ClusterToken]:
    """The function `cluster_token` in the module `credentials` beside a cloud's definition.

    Raises KeyError if the cloud is not installed, ImportError or AttributeError if it has no such function.

    >>> token_function("aws").__module__
    'anykube._clusters.eks.credentials'
    """
    package = {entry_point.name: entry_point.module.rpartition(".")[0] for entry_point in entry_points()}[name]
    function: Callable[[TokenTarget], ClusterToken] = resolve_name(f"{package}.credentials:cluster_token")
    return function
