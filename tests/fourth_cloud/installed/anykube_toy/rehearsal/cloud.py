"""The Toy of a rehearsal."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin, stand_in
from anykube_rehearsal.cloud.account.client import Client

from anykube_toy.rehearsal.account import PROCESS
from anykube_toy.rehearsal.plugin import VARIABLE
from anykube_toy.settings import TkeClusterSpec
from anykube_toy.sweep import Account, entrance


def start(folder: Path, spec: TkeClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the variables by which everybody finds it."""
    del spec
    place = folder / ACCOUNT
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "faults.json").write_text(json.dumps(faults))
    plugin("toy", "anykube_toy.rehearsal.plugin", folder)
    stand_in("toy-auth", folder, "anykube_toy.rehearsal.login", str(place))
    return {VARIABLE: PROCESS.start(place)}


def stop(place: Path) -> None:
    """Ends the account, and the Kubernetes of clusters that are still in it."""
    if place.exists():
        PROCESS.stop(place)
        end_clusters(place)


def contents(environment: Environment) -> Iterator[str]:
    """Everything that is there."""
    for one in Client(environment[VARIABLE]).all():
        yield f"{one['token'].rpartition(':')[2]} {one['id']}"


def _entrance(environment: Environment, stack: str, spec: TkeClusterSpec) -> Callable[[], Account]:
    del environment
    return entrance(stack, spec)


CLOUD = RehearsedCloud(
    simulated="Simulated: Toy, all of it.",
    start=start,
    stop=stop,
    contents=contents,
    entrance=_entrance,
    client=lambda environment: Client(environment[VARIABLE]),
)
