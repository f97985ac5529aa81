"""Toy in a rehearsal."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin, stand_in
from anykube_cli.sweep.facts import Facts
from anykube_rehearsal.cloud.account.client import Client

from anykube_toy.rehearsal.account import PROCESS
from anykube_toy.rehearsal.plugin import VARIABLE
from anykube_toy.settings import TkeClusterSpec
from anykube_toy.sweep import Account


def start(folder: Path, spec: TkeClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the environment variables for its clients."""
    del spec
    account_folder = folder / ACCOUNT
    account_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (account_folder / "faults.json").write_text(json.dumps(faults))
    plugin("toy", "anykube_toy.rehearsal.plugin", folder)
    stand_in("toy-auth", folder, "anykube_toy.rehearsal.login", str(account_folder))
    return {VARIABLE: PROCESS.start(account_folder)}


def stop(account_folder: Path) -> None:
    """Stops the account, and the Kubernetes API servers of its clusters."""
    if account_folder.exists():
        PROCESS.stop(account_folder)
        end_clusters(account_folder)


def contents(environment: Environment) -> Iterator[str]:
    """All resources in the account."""
    for resource in Client(environment[VARIABLE]).all():
        yield f"{resource['token'].rpartition(':')[2]} {resource['id']}"


def _account_factory(environment: Environment, stack: str, spec: TkeClusterSpec, facts: Facts) -> Callable[[], Account]:
    del environment, stack, spec, facts
    return Account


CLOUD = RehearsedCloud(
    simulated="Simulated: Toy, all of it.",
    start=start,
    stop=stop,
    contents=contents,
    account_factory=_account_factory,
    client=lambda environment: Client(environment[VARIABLE]),
)
