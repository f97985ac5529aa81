"""Which apps an `anykube up` is about, where it need not be all of them.

Before each run it is written down what the stack will be made from: a digest of each app, and one of everything else
that the program looks at. An app whose digest is the same after a run that went well has not changed, and Pulumi, which
compares what a program says with what it said before, would find nothing there. So the run is about the others alone
(state_service/part.py). Whatever is not certain makes it a run of the whole stack: a change beside the apps, a run of
somebody else in between, a state in a backend of the user's own. So does an `up` of which nothing changed.
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

from anykube_cli.pages import page_of
from anykube_cli.state_service.partial_update import PartialUpdate
from anykube_cli.state_service.store import Stack, Store
from anykube_cli.toolchain import paths

_MOST = 20
"""Changed apps from which on the whole stack is compared: it costs little more then."""
_APPS = frozenset(f"anykube:index:{component}" for component in COMPONENTS)
_SOURCES = ("stacks", "policies", "uv.lock", "Pulumi.yaml")
"""Of the project, beside the packages that its program imports."""
_PACKAGES = ("anykube", "anykube_policies")


@dataclass(frozen=True)
class Made:
    """What a stack was made from. `version` is that of the stack after the run."""

    version: int
    rest: str
    apps: Mapping[str, str]


def plan(stack: Stack, page: StackSettings, stacks: Store) -> tuple[Made, str | None]:
    """What a run that begins now makes the stack from, and the part of it that it is about; None: all of it.

    Only apps on another stack's cluster: with one of its own the run has to look after that, too. And only where the
    environment and no secret manager gives a secret, since of those no digest is kept.
    """
    made = Made(stack.metadata()["version"] + 1, _rest(stack, page, stacks), dict(_digests(page)))
    known = _known(stack)
    from_elsewhere = bool(env_secrets.names() or page.secrets)
    if known is None or (known.version, known.rest) != (made.version - 1, made.rest) or from_elsewhere:
        return made, None
    changed = {name for name in made.apps.keys() | known.apps.keys() if made.apps.get(name) != known.apps.get(name)}
    state = stack.deployment()
    there = dict(_components(state))
    left_out = {name: there[name] for name in made.apps.keys() - changed if name in there}
    about = sorted((made.apps.keys() | known.apps.keys()) - left_out.keys())
    if not about or len(about) > _MOST or not isinstance(page.cluster, ClusterReference):
        return made, None
    names = ",".join(about)
    offered = stack.plan_partial_update(PartialUpdate(names, made.version - 1, tuple(left_out.values())), state)
    return made, f"{stack.name}/{names}" if offered else None


def expect(stack: Stack, made: Made) -> None:
    """Notes, before the run, what will not be certain until it went well."""
    known = _known(stack)
    certain = known.apps if known and (known.version, known.rest) == (made.version - 1, made.rest) else {}
    # An empty digest is nobody's: removed apps stay known by name until they are gone.
    apps = {name: digest if made.apps.get(name) == digest else "" for name, digest in certain.items()}
    _write(stack, Made(made.version, made.rest, apps) if certain else Made(made.version, "", {}))


def confirm(stack: Stack, made: Made) -> None:
    """Notes that the run went well."""
    if stack.metadata()["version"] == made.version:
        _write(stack, made)


def _digests(page: StackSettings) -> Iterator[tuple[str, str]]:
    for name, app in linked(page).items():
        yield name, hashlib.sha256(app.model_dump_json().encode()).hexdigest()


def _rest(stack: Stack, page: StackSettings, stacks: Store) -> str:
    """A digest of all that the program looks at but for the apps."""
    digest = hashlib.sha256(page.model_dump_json(exclude={"apps"}).encode())
    digest.update(f"{env_secrets.names()}\n".encode())
    if isinstance(page.cluster, ClusterReference):
        base = stacks.stack(stack.project, page.cluster.stack)
        digest.update(page_of(page.cluster.stack).model_dump_json(exclude={"apps"}).encode())
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
    """The apps that the stack has, by name."""
    for resource in state["deployment"].get("resources") or ():
        _, _, kind, name = resource["urn"].split("::", 3)
        if kind in _APPS:
            yield name, resource["urn"]


def _known(stack: Stack) -> Made | None:
    try:
        return Made(**json.loads(stack.applied.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write(stack: Stack, made: Made) -> None:
    content: dict[str, Any] = {"version": made.version, "rest": made.rest, "apps": dict(made.apps)}
    draft = stack.applied.with_suffix(".part")
    draft.write_text(json.dumps(content))
    draft.replace(stack.applied)
