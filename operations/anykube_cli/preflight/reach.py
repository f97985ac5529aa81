"""Checks that the machines that deploy a stack reach the Kubernetes API of its cluster.

Without this check, `anykube up` would create the cluster, and then wait in vain for its API at the first object.
"""

from collections.abc import Iterable, Iterator
from functools import reduce

from anykube._clusters import api_access
from anykube._clusters.api_access import INTERNET, NETWORK
from anykube._clusters.cloud import Cloud
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.managed import ManagedCluster

from anykube_cli.kubeconfig import UnreachableError, probe
from anykube_cli.preflight.problem import PreflightResult, Problem

NAME = "Kubernetes API access"

_PLACES = {INTERNET: "the internet, with an unknown address", NETWORK: "the network of the cluster"}


def check(spec: ManagedCluster, kubeconfig: str | None) -> PreflightResult:
    """Connects to the API of an existing cluster. Of a new one, it judges the settings.

    :param kubeconfig: of the cluster. None: the cluster does not exist yet.
    """
    place = spec.api.deploy_from or INTERNET
    if kubeconfig is None:
        return _result([*_examples(spec), *_judge(spec, place), *_unconnected(spec, place)])
    try:
        probe(kubeconfig)
    except UnreachableError as error:
        return _result(_unreachable(spec, place, str(error)))
    return _result(())


def rehearse(spec: ManagedCluster, place: str) -> PreflightResult:
    """Judges the settings of a new cluster for a place. In a rehearsal, example ranges exist and are connected."""
    return _result(_judge(spec, place))


def describe(place: str) -> str:
    """A place in words, such as "the range 10.200.0.0/16"."""
    return _PLACES.get(place, f"the range {place}")


def _result(problems: Iterable[Problem]) -> PreflightResult:
    return PreflightResult(problems=list(problems), completed=[NAME])


def _examples(spec: ManagedCluster) -> Iterator[Problem]:
    place = spec.api.deploy_from or INTERNET
    ranges = [*spec.api.public, *([place] if api_access.is_range(place) else [])]
    for range_ in dict.fromkeys(api_access.example_ranges(ranges)):
        message = f"{range_} in `cluster.api` is a range for documentation, which nobody has"
        yield Problem(NAME, message, "replace it with the public range of the machines that deploy")


def _judge(spec: ManagedCluster, place: str) -> Iterator[Problem]:
    """What keeps a place from reaching the API of a cluster that is created by the settings."""
    cloud = CLOUDS[spec.cloud]
    if not _admits(cloud, spec, place):
        yield Problem(NAME, f"the settings make an API that cannot be reached from {describe(place)}", _ways(cloud))


def _admits(cloud: Cloud, spec: ManagedCluster, place: str) -> bool:
    return api_access.admits(cloud.api, spec, place, has_existing_network=_has_existing_network(cloud, spec))


def _has_existing_network(cloud: Cloud, spec: ManagedCluster) -> bool:
    section: object = spec
    return reduce(getattr, cloud.existing_network_field.split("."), section) is not None


def _unconnected(spec: ManagedCluster, place: str) -> Iterator[Problem]:
    """A private API in a network that does not exist yet, so that nobody would reach the new cluster."""
    cloud = CLOUDS[spec.cloud]
    private = not spec.api.public and not api_access.has_open_endpoint(cloud.api, spec)
    if private and place != INTERNET and not _has_existing_network(cloud, spec):
        message = f"the run would create the network {spec.network.cidr}, to which nothing is connected yet"
        field = cloud.existing_network_field
        remedy = f"create the network first, connect it to {describe(place)}, and name it in `{field}`"
        yield Problem(NAME, message, remedy)


def _unreachable(spec: ManagedCluster, place: str, error: str) -> Iterator[Problem]:
    """The settings may admit the place only since now. Then the run itself opens the API."""
    cloud = CLOUDS[spec.cloud]
    if _admits(cloud, spec, place):
        remedy = "if the settings have just admitted it, go on: the run opens the API. Otherwise check the connection"
        yield Problem(NAME, f"{error}, although the settings admit {describe(place)}", remedy, "warning")
    else:
        yield Problem(NAME, error, _ways(cloud))


def _ways(cloud: Cloud) -> str:
    return " ".join(f"({number}) {way}" for number, way in enumerate(api_access.ways(cloud.api), 1))
