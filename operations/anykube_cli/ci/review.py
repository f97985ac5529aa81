"""Review stacks: the apps of a stack, deployed for a pull request in a namespace of its own on the stack's cluster.

A review stack has no settings file in the repository. Its settings are derived from the stack's when it is deployed,
and are not needed to remove it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube._workloads.user_manifests import CLUSTER_SCOPED_KINDS
from anykube.settings import env_secrets
from anykube.settings.files import ENVIRONMENTS, read
from anykube.settings.model import secret_names
from ruamel.yaml import YAML

from anykube_cli import ownership, runs, stack_settings
from anykube_cli.ci import stack_access
from anykube_cli.ci.deploy import finish_on_cancel
from anykube_cli.engine import Engine
from anykube_cli.toolchain import paths

_STACK_NAME = re.compile(r"(?P<on>.+)-pr-(?P<number>\d+)")
_OMITTED_FIELDS = ("identity", "namespace", "renamed_from")
"""Fields of an app that a review leaves out: its cloud permissions, and names that the original uses."""


@dataclass(frozen=True)
class Review:
    """The review stack of a pull request."""

    on: str
    """The stack whose apps and cluster it uses."""
    number: int
    """The number of the pull request."""

    @property
    def stack(self) -> str:
        """Its name in Pulumi."""
        return f"{self.on}-pr-{self.number}"

    @property
    def namespace(self) -> str:
        """The namespace of its apps."""
        return f"pr-{self.number}"


def up(review: Review) -> int:
    """Deploys the apps as they are in the working tree, and returns an exit code. Raises SettingsError."""
    runs.prepare_toolchain()
    settings, secrets = _settings(review), secret_names(stack_settings.load_stack_settings(review.on))
    folder = paths.state_dir() / "reviews" / review.stack
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ENVIRONMENTS, folder)
    YAML().dump(settings, folder / f"{review.stack}.yaml")
    try:
        _copy_secrets(review, secrets)
        command = [sys.executable, "-m", "anykube_cli", "ci", "deploy", "--stack", review.stack]
        environment = {**os.environ, "ANYKUBE_ENVIRONMENTS": str(folder)}
        with finish_on_cancel():
            return subprocess.run(command, cwd=paths.checkout(), env=environment, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def down(review: Review) -> int:
    """Removes the review stack, and returns an exit code. Success if it does not exist."""
    runs.prepare_toolchain()
    engine = stack_access.engine_without_cloud(review.stack)
    if not engine.exists():
        runs.notes.print(f"There is no stack {review.stack}: nothing to remove.")
        return 0
    stack_access.learn_secrets(engine)
    runs.recover_stack(engine, "destroy")
    # This job may not have the settings of the review stack, but it has those of its base.
    kubeconfig, namespaces = ownership.kubeconfig_of(replace(engine, stack=review.on)), ownership.namespaces_of(engine)
    with finish_on_cancel():
        code = engine.run("destroy", "--yes", "--skip-preview")
    if code == 0:
        ownership.leave_namespaces(engine, runs.notes.print, kubeconfig, namespaces)
        engine.capture("stack", "rm", "--yes")
        runs.notes.print(f"Removed {review.stack}.")
    return code


def older(age: timedelta, now: datetime | None = None) -> Iterator[Review]:
    """The review stacks whose last deployment is at least `age` ago."""
    limit = (now or datetime.now(UTC)) - age
    for stack in stack_access.stacks():
        match = _STACK_NAME.fullmatch(str(stack["name"]).rpartition("/")[2])
        if match and _last_update(stack) <= limit:
            yield Review(match["on"], int(match["number"]))


def _last_update(stack: dict[str, Any]) -> datetime:
    last_update = stack.get("lastUpdate")
    # A stack without an update is left over from a job that failed early.
    return datetime.fromisoformat(last_update) if last_update else datetime.min.replace(tzinfo=UTC)


def _copy_secrets(review: Review, names: frozenset[str]) -> None:
    """Copies the secrets of the stack that the review is based on, except those that the environment provides."""
    original, engine = stack_access.engine(review.on), stack_access.engine_without_cloud(review.stack)
    stack_access.learn_secrets(original)
    engine.create(_secrets_provider(original))
    config = json.loads(original.capture("config", "--json", "--show-secrets"))
    values = {key.rpartition(":")[2]: entry.get("value") for key, entry in config.items()}
    for name in sorted(names):
        if env_secrets.value(name) is None and values.get(name) is not None:
            engine.capture("config", "set", "--secret", name, standard_input=values[name])


def _secrets_provider(engine: Engine) -> str | None:
    """The URL of the cloud key that encrypts a stack's secrets; None if it is a passphrase."""
    provider = engine.deployment().get("secrets_providers") or {}
    return (provider.get("state") or {}).get("url") if provider.get("type") == "cloud" else None


def _settings(review: Review) -> dict[str, Any]:
    """The settings of the review stack, derived from the working tree. Prints what they leave out."""
    settings = stack_settings.load_stack_settings(review.on)
    content: Any = read(review.on, ENVIRONMENTS)[0].to_data()
    content.pop("extends", None)
    base = stack_settings.base_stack(settings) or review.on
    apps = {name: _app(review, name, app) for name, app in (content.get("apps") or {}).items()}
    policies = {**(content.get("policies") or {}), "profile": "development"}
    result = {"cluster": {"stack": base}, "namespace": review.namespace, "apps": apps, "policies": policies}
    return {**result, "secrets": settings.secrets} if settings.secrets else result


def _app(review: Review, name: str, app: dict[str, Any]) -> dict[str, Any]:
    result = {key: value for key, value in app.items() if key not in _OMITTED_FIELDS}
    omitted = [key for key in _OMITTED_FIELDS if key in app]
    if "manifests" in result:
        manifests = [manifest for manifest in app["manifests"] if manifest["kind"] not in CLUSTER_SCOPED_KINDS]
        result["manifests"] = [_in_namespace(review, manifest) for manifest in manifests]
        omitted += [
            f"{manifest['kind']} {manifest['metadata']['name']}"
            for manifest in app["manifests"]
            if manifest["kind"] in CLUSTER_SCOPED_KINDS
        ]
    result["routes"] = [{**route, "host": _host(review, route["host"])} for route in app.get("routes") or ()]
    if not result["routes"]:
        del result["routes"]
    if "node_port" in (app.get("service") or {}):
        result["service"] = {key: value for key, value in app["service"].items() if key != "node_port"}
    if omitted:
        runs.notes.print(f"The review of {name} leaves out {', '.join(omitted)}.")
    return result


def _in_namespace(review: Review, manifest: dict[str, Any]) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": review.namespace}}


def _host(review: Review, host: str) -> str:
    """A host of the review's own in the same domain, such as `pr-7-www.example.com`."""
    prefix, star, rest = host.rpartition("*.")
    return f"{prefix}{star}{review.namespace}.{rest}" if star else f"{review.namespace}-{host}"
