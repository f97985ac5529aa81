"""Finds the apps that changed, so that `anykube up` can skip the others.

Before each run it records the inputs of the stack: a digest of each app's settings, and one of everything else that the
program reads. An app whose digest did not change since the last successful run is unchanged for Pulumi too, so the run
covers only the other apps (state_service/partial_update.py). It covers the whole stack after a change outside the apps,
after a run by another process, with a state in another backend, and if nothing changed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from anykube._clusters.spec import ClusterReference
from anykube._workloads.app import COMPONENTS
from anykube.settings import env_secrets
from anykube.settings.links import linked
from anykube.settings.model import StackSettings

from anykube_cli.stack_settings import load_stack_settings
from anykube_cli.state_service.partial_update import PartialUpdate
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import paths

_MAX_APPS = 20
"""With more changed apps the run covers the whole stack: a partial update would save little."""
_APPS = frozenset(f"anykube:index:{component}" for component in COMPONENTS)
_SOURCES = ("stacks", "policies", "uv.lock", "Pulumi.yaml")
"""The project's files that the program reads, in addition to the packages that it imports."""
_PACKAGES = ("anykube", "anykube_policies")


@dataclass(frozen=True)
class StackInputs:
    """The inputs of one run of a stack, as digests."""

    version: int
    """The version of the stack's state after the run."""
    rest: str
    """A digest of everything but the apps."""
    apps: Mapping[str, str]
    """A digest of each app. Empty for an app that an earlier run may have left half changed."""


def plan(stack: Stack, settings: StackSettings, stacks: Store) -> tuple[StackInputs, str | None]:
    """The inputs of a run that starts now, and the partial update that it can make; None: the whole stack.

    A partial update needs apps on another stack's cluster, since a run must also update a cluster of its own. It is not
    possible with secrets from the environment or a secret manager, because no digest of these is recorded.
    """
    inputs = StackInputs(stack.metadata()["version"] + 1, _rest(stack, settings, stacks), dict(_digests(settings)))
    last = _last_inputs(stack)
    has_external_secrets = bool(env_secrets.names() or settings.secrets)
    if last is None or (last.version, last.rest) != (inputs.version - 1, inputs.rest) or has_external_secrets:
        return inputs, None
    changed = {name for name in inputs.apps.keys() | last.apps.keys() if inputs.apps.get(name) != last.apps.get(name)}
    state = stack.deployment()
    components = dict(_components(state))
    left_out = {name: components[name] for name in inputs.apps.keys() - changed if name in components}
    included = sorted((inputs.apps.keys() | last.apps.keys()) - left_out.keys())
    if not included or len(included) > _MAX_APPS or not isinstance(settings.cluster, ClusterReference):
        return inputs, None
    names = ",".join(included)
    offered = stack.plan_partial_update(PartialUpdate(names, inputs.version - 1, tuple(left_out.values())), state)
    return inputs, f"{stack.name}/{names}" if offered else None


def begin(stack: Stack, inputs: StackInputs) -> None:
    """Records, before the run, the digests that hold even if the run fails."""
    last = _last_inputs(stack)
    unchanged = last.apps if last and (last.version, last.rest) == (inputs.version - 1, inputs.rest) else {}
    # An empty digest matches no app, and keeps the name of a removed app until a run has removed it.
    apps = {name: digest if inputs.apps.get(name) == digest else "" for name, digest in unchanged.items()}
    record = StackInputs(inputs.version, inputs.rest, apps) if unchanged else StackInputs(inputs.version, "", {})
    _write(stack, record)


def confirm(stack: Stack, inputs: StackInputs) -> None:
    """Records that the run succeeded."""
    if stack.metadata()["version"] == inputs.version:
        _write(stack, inputs)


def _digests(settings: StackSettings) -> Iterator[tuple[str, str]]:
    for name, app in linked(settings).items():
        yield name, hashlib.sha256(app.model_dump_json().encode()).hexdigest()


def _rest(stack: Stack, settings: StackSettings, stacks: Store) -> str:
    """A digest of everything that the program reads except the apps."""
    digest = hashlib.sha256(settings.model_dump_json(exclude={"apps"}).encode())
    digest.update(f"{env_secrets.names()}\n".encode())
    if isinstance(settings.cluster, ClusterReference):
        base = stacks.stack(stack.project, settings.cluster.stack)
        digest.update(load_stack_settings(settings.cluster.stack).model_dump_json(exclude={"apps"}).encode())
        digest.update(str(base.metadata()["version"] if base.exists else 0).encode())
    checkout = paths.checkout()
    packages = [file for name in _PACKAGES for file in _files(_folder(name))]
    sources = [file for name in _SOURCES for file in _files(checkout / name)]
    for file in (*packages, *sources, checkout / "stacks" / f"Pulumi.{stack.name}.yaml"):
        if file.exists():
            digest.update(f"{file}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _folder(package: str) -> Path:
    spec = find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path(package)


def _files(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def _components(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name and URN of each app in the state."""
    for resource in state["deployment"].get("resources") or ():
        _, _, kind, name = resource["urn"].split("::", 3)
        if kind in _APPS:
            yield name, resource["urn"]


def _last_inputs(stack: Stack) -> StackInputs | None:
    try:
        return StackInputs(**json.loads(stack.applied.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write(stack: Stack, inputs: StackInputs) -> None:
    content: dict[str, Any] = {"version": inputs.version, "rest": inputs.rest, "apps": dict(inputs.apps)}
    draft = stack.applied.with_suffix(".part")
    draft.write_text(json.dumps(content))
    draft.replace(stack.applied)
