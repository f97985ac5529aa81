"""The stacks that a job of continuous integration works on: the real ones, or those of a simulated account.

In a shell of a rehearsal (`ANYKUBE_REHEARSAL`) all of it happens there: state, passphrase, plugins and account are the
rehearsal's, the pages those of the checkout. So the pipeline can be tried without an account. Neither world touches
the other's state.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube._clouds.registry import definitions
from anykube.settings import env_secrets, secret_managers

from anykube_cli import pages, runs
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import SECRET, SPECIAL, Engine, EngineError
from anykube_cli.toolchain import bootstrap, home, simulation

_TOO_COMMON = 8
"""Characters: shorter parts of a secret object, such as a kubeconfig, say nothing."""


def rehearsal() -> Path | None:
    """The folder of the rehearsal whose shell this is."""
    found = os.environ.get(simulation.VARIABLE)
    return Path(found) if found else None


def engine(stack: str) -> Engine:
    """The engine for a stack. Raises simulation.ForeignStateError where its state is of the other world."""
    if rehearsal() is None:
        found = runs.engine_of(stack)
    else:
        if cloud := pages.cloud(stack):
            bootstrap.ensure(definitions()[cloud].rehearsal_extras)
        found = layered(stack)
    if not pages.is_local(stack):
        simulation.check_state(found.deployment(), simulated=rehearsal() is not None)
    return found


def layered(stack: str) -> Engine:
    """The engine for a stack that has nothing of a cloud, whether or not it has a page."""
    folder = rehearsal()
    if folder is None:
        return Engine.of(stack)
    return Engine(stack, {**os.environ, **home.create_home(folder)}, folder / "project", folder)


def stacks() -> list[dict[str, Any]]:
    """The stacks that the backend has, as `pulumi stack ls --json` tells of them."""
    engine = layered("")
    answer = subprocess.run(
        ["pulumi", "stack", "ls", "--json", "--non-interactive"],
        env=dict(engine.environment),
        cwd=engine.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise EngineError(answer.stderr.strip())
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


def has_identity(stack: str) -> bool:
    """Whether this job may ask the real account of the stack: one of a fork's pull request may not."""
    cloud = pages.cloud(pages.cluster_stack(stack))
    if rehearsal() is not None or cloud is None:
        return True
    return any(name in os.environ for name in definitions()[cloud].credentials.login_variables)


def learn(engine: Engine) -> None:
    """Has this process hide what the stack's page, configuration and state know as secret. Nothing of it is written."""
    hidden.learn(env_secrets.values())
    hidden.learn(secret_managers.values(pages.secrets(engine.stack), engine.environment))
    for command, read in ((("config", "--json"), _configured), (("stack", "export"), _kept)):
        try:
            answered = json.loads(engine.ask(*command, "--show-secrets"))
        except EngineError:
            continue  # not there yet, or not ours to read: then the engine itself does not know them either
        hidden.learn(read(answered))


def _configured(config: Mapping[str, Any]) -> Iterator[str]:
    return (one["value"] for one in config.values() if one.get("secret") and "value" in one)


def _kept(state: Mapping[str, Any]) -> Iterator[str]:
    """The secret texts of a state, but for what it also says in the open."""
    deployment = state.get("deployment") or {}
    # How its secrets are encrypted is nobody's secret.
    open_texts, secret_texts = set[str](), set[str]()
    for resource in deployment.get("resources") or ():
        _sort(resource, open_texts, secret_texts)
    return (text for text in secret_texts - open_texts if len(text) >= _TOO_COMMON)


def _sort(value: object, open_texts: set[str], secret_texts: set[str]) -> None:
    if isinstance(value, dict):
        if value.get(SPECIAL) == SECRET:
            secret_texts.update(_texts(json.loads(value.get("plaintext", "null"))))
            return
        for one in value.values():
            _sort(one, open_texts, secret_texts)
    elif isinstance(value, list):
        for one in value:
            _sort(one, open_texts, secret_texts)
    elif isinstance(value, str):
        open_texts.add(value)


def _texts(value: object) -> Iterator[str]:
    """All texts in a value, and in documents of JSON in it: a kubeconfig is one."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            try:
                inner = json.loads(value)
            except ValueError:
                return
            yield from _texts(inner)
