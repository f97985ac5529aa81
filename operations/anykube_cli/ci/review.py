"""A stack for a pull request: the apps of a page, in a namespace of its own on the cluster that the page's stack has.

It is no page of the repository: it is made from one when the stack comes up, and nothing is needed of it for the end.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube._clusters.spec import ClusterReference
from anykube._workloads.raw import OF_NO_NAMESPACE
from anykube.settings import env_secrets
from anykube.settings.model import secret_names
from anykube.settings.pages import ENVIRONMENTS, read
from ruamel.yaml import YAML

from anykube_cli import pages, runs
from anykube_cli.ci import stack_access
from anykube_cli.ci.deploy import finishing
from anykube_cli.engine import Engine
from anykube_cli.toolchain import paths

_NAME = re.compile(r"(?P<on>.+)-pr-(?P<number>\d+)")
_OWN = ("identity", "namespace", "renamed_from")
"""Fields of an app that a review has not: what it may do in the cloud, and names that another one has."""


@dataclass(frozen=True)
class Review:
    """The review stack of a pull request."""

    on: str
    """The stack whose apps it has."""
    number: int

    @property
    def stack(self) -> str:
        """Its name in Pulumi."""
        return f"{self.on}-pr-{self.number}"

    @property
    def namespace(self) -> str:
        """Where its apps are."""
        return f"pr-{self.number}"


def up(review: Review) -> int:
    """Brings it up as the work tree has its apps, and returns an exit code. Raises SettingsError."""
    runs.programs()
    page, wanted = _page(review), secret_names(pages.page_of(review.on))
    folder = paths.state_dir() / "reviews" / review.stack
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ENVIRONMENTS, folder)
    YAML().dump(page, folder / f"{review.stack}.yaml")
    try:
        _hand_over(review, wanted)
        command = [sys.executable, "-m", "anykube_cli", "ci", "deploy", "--stack", review.stack]
        there = {**os.environ, "ANYKUBE_ENVIRONMENTS": str(folder)}
        with finishing():
            return subprocess.run(command, cwd=paths.checkout(), env=there, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def down(review: Review) -> int:
    """Removes it, and returns an exit code. One that is not there is well."""
    runs.programs()
    engine = stack_access.layered(review.stack)
    if not engine.exists():
        runs.notes.print(f"there is no stack {review.stack}: nothing to remove")
        return 0
    stack_access.learn(engine)
    runs.take_over(engine, "destroy")
    with finishing():
        code = engine.run("destroy", "--yes", "--skip-preview")
    if code == 0:
        engine.ask("stack", "rm", "--yes")
        runs.notes.print(f"{review.stack} is gone, and the namespace {review.namespace} with it")
    return code


def older(than: timedelta, now: datetime | None = None) -> Iterator[Review]:
    """The review stacks that no push has touched for so long."""
    since = (now or datetime.now(UTC)) - than
    for one in stack_access.stacks():
        found = _NAME.fullmatch(str(one["name"]).rpartition("/")[2])
        if found and _touched(one) <= since:
            yield Review(found["on"], int(found["number"]))


def _touched(listed: dict[str, Any]) -> datetime:
    said = listed.get("lastUpdate")
    # One that never came up was made by a job that is over, one way or the other.
    return datetime.fromisoformat(said) if said else datetime.min.replace(tzinfo=UTC)


def _hand_over(review: Review, wanted: frozenset[str]) -> None:
    """Gives it the secrets of the stack that it is on, but for those that the environment gives."""
    theirs, engine = stack_access.engine(review.on), stack_access.layered(review.stack)
    stack_access.learn(theirs)
    engine.make(_secrets_provider(theirs))
    known = json.loads(theirs.ask("config", "--json", "--show-secrets"))
    values = {key.rpartition(":")[2]: one.get("value") for key, one in known.items()}
    for name in sorted(wanted):
        if env_secrets.value(name) is None and values.get(name) is not None:
            engine.ask("config", "set", "--secret", name, standard_input=values[name])


def _secrets_provider(engine: Engine) -> str | None:
    """The key in a cloud that encrypts the secrets of a stack; None where it is no such key."""
    found = engine.deployment().get("secrets_providers") or {}
    return (found.get("state") or {}).get("url") if found.get("type") == "cloud" else None


def _page(review: Review) -> dict[str, Any]:
    """The page, as the work tree has it, for a review. What it leaves out is told."""
    page = pages.page_of(review.on)
    content: Any = read(review.on, ENVIRONMENTS)[0].plain()
    content.pop("extends", None)
    below = page.cluster.stack if isinstance(page.cluster, ClusterReference) else review.on
    apps = {name: _app(review, name, app) for name, app in (content.get("apps") or {}).items()}
    policies = {**(content.get("policies") or {}), "profile": "development"}
    made = {"cluster": {"stack": below}, "namespace": review.namespace, "apps": apps, "policies": policies}
    return {**made, "secrets": page.secrets} if page.secrets else made


def _app(review: Review, name: str, app: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in app.items() if key not in _OWN}
    left = [key for key in _OWN if key in app]
    if "manifests" in kept:
        kept["manifests"] = [_placed(review, one) for one in kept["manifests"] if one["kind"] not in OF_NO_NAMESPACE]
        left += [
            f"{one['kind']} {one['metadata']['name']}" for one in app["manifests"] if one["kind"] in OF_NO_NAMESPACE
        ]
    kept["routes"] = [{**route, "host": _host(review, route["host"])} for route in app.get("routes") or ()]
    if not kept["routes"]:
        del kept["routes"]
    if "node_port" in (app.get("service") or {}):
        kept["service"] = {key: value for key, value in app["service"].items() if key != "node_port"}
    if left:
        runs.notes.print(f"the review of {name} is without {', '.join(left)}")
    return kept


def _placed(review: Review, manifest: dict[str, Any]) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": review.namespace}}


def _host(review: Review, host: str) -> str:
    """A host of its own, of the same domain: `pr-7-www.example.com`."""
    wild, star, rest = host.rpartition("*.")
    return f"{wild}{star}{review.namespace}.{rest}" if star else f"{review.namespace}-{host}"
