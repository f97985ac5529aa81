"""The stacks that a CI job works on: the real ones, or those of a simulated account.

In the shell of a rehearsal (`ANYKUBE_REHEARSAL`) the state, passphrase, plugins and account are the rehearsal's; only
the settings are the project's. So the pipeline can be tested without an account. Neither kind can change the other's
state.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anykube._clouds.registry import definitions
from anykube.settings import env_secrets, secret_managers

from anykube_cli import runs, stack_settings
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import SECRET_SIGNATURE, SIGNATURE_KEY, Engine, EngineError
from anykube_cli.toolchain import bootstrap, home, simulation

_MIN_LENGTH = 8
"""Shorter texts within a secret object, such as a kubeconfig, are too common to redact."""


def rehearsal() -> Path | None:
    """The folder of the rehearsal if this is the shell of one."""
    folder = os.environ.get(simulation.VARIABLE)
    return Path(folder) if folder else None


def engine(stack: str) -> Engine:
    """The engine for a stack. Raises ForeignStateError if only one of its state and this shell is simulated."""
    if rehearsal() is None:
        result = runs.engine_for(stack)
    else:
        if cloud := stack_settings.cloud(stack):
            bootstrap.ensure(definitions()[cloud].rehearsal_extras)
        result = engine_without_cloud(stack)
    if not stack_settings.is_local(stack):
        simulation.check_state(result.deployment(), simulated=rehearsal() is not None)
    return result


def engine_without_cloud(stack: str) -> Engine:
    """The engine for a stack that needs no cloud's SDK. The stack needs no settings file."""
    folder = rehearsal()
    if folder is None:
        return Engine.for_stack(stack)
    return Engine(stack, {**os.environ, **home.create_home(folder)}, folder / "project", folder)


def stacks() -> list[dict[str, Any]]:
    """The stacks in the backend, as `pulumi stack ls --json` lists them."""
    engine = engine_without_cloud("")
    result = subprocess.run(
        ["pulumi", "stack", "ls", "--json", "--non-interactive"],
        env=dict(engine.environment),
        cwd=engine.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise EngineError(result.stderr.strip())
    entries: list[dict[str, Any]] = json.loads(result.stdout)
    return entries


def has_credentials(stack: str) -> bool:
    """Whether this job has credentials for the account of the stack. The job of a fork's pull request has none."""
    cloud = stack_settings.cloud(stack_settings.cluster_stack(stack))
    if rehearsal() is not None or cloud is None:
        return True
    return any(name in os.environ for name in definitions()[cloud].credentials.login_variables)


def learn_secrets(engine: Engine) -> None:
    """Makes this process redact the secrets in the stack's settings, config and state. Writes none of them."""
    hidden.learn(env_secrets.values())
    hidden.learn(secret_managers.values(stack_settings.secrets(engine.stack), engine.environment))
    for command, read in ((("config", "--json"), _config_secrets), (("stack", "export"), _state_secrets)):
        try:
            document = json.loads(engine.capture(*command, "--show-secrets"))
        except EngineError:
            continue  # the stack does not exist, or the job may not decrypt it: then Pulumi cannot print its secrets
        hidden.learn(read(document))


def _config_secrets(config: Mapping[str, Any]) -> Iterator[str]:
    return (entry["value"] for entry in config.values() if entry.get("secret") and "value" in entry)


def _state_secrets(state: Mapping[str, Any]) -> Iterator[str]:
    """The secret texts of a state, except those that it also contains in plain text."""
    deployment = state.get("deployment") or {}
    # Only the resources: the configuration of the secrets provider is not secret.
    plain_texts, secret_texts = set[str](), set[str]()
    for resource in deployment.get("resources") or ():
        _collect(resource, plain_texts, secret_texts)
    return (text for text in secret_texts - plain_texts if len(text) >= _MIN_LENGTH)


def _collect(value: object, plain_texts: set[str], secret_texts: set[str]) -> None:
    if isinstance(value, dict):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            secret_texts.update(_texts(json.loads(value.get("plaintext", "null"))))
            return
        for item in value.values():
            _collect(item, plain_texts, secret_texts)
    elif isinstance(value, list):
        for item in value:
            _collect(item, plain_texts, secret_texts)
    elif isinstance(value, str):
        plain_texts.add(value)


def _texts(value: object) -> Iterator[str]:
    """All texts in a value, including those in texts that are JSON documents, such as a kubeconfig."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            try:
                document = json.loads(value)
            except ValueError:
                return
            yield from _texts(document)
