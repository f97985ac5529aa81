"""Secret values and certificates: resolving references, and the Secrets of an app."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import pulumi

from anykube._kubernetes import Manifest
from anykube._model import Model
from anykube._workloads.app import AppSpec
from anykube._workloads.metadata import metadata
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.values import MAX_KEY_LENGTH, SecretRef

S = TypeVar("S", bound=AppSpec)


def resolve(spec: S, lookup: Callable[[str], pulumi.Output[str]]) -> S:
    """The spec with each reference to a secret replaced by `lookup(name)`."""
    resolved: S = _resolved(spec, lookup)
    return resolved


def references(value: object, path: str = "") -> Iterator[tuple[str, SecretRef]]:
    """All references to secrets in a spec with their paths, such as `env.PASSWORD`."""
    if isinstance(value, SecretRef):
        yield path, value
        return
    for key, child in _children(value):
        yield from references(child, f"{path}.{key}" if path else str(key))


def reject_unresolved_secrets(kind: str, app: str, spec: WorkloadSpec) -> None:
    """Raises pulumi.RunError if the spec still has a reference to a secret."""
    for path, reference in references(spec):
        raise pulumi.RunError(
            f"{kind} {app}: {path} refers to the secret {reference.secret}, which has not been resolved. "
            "Pass a value, such as config.require_secret(...), or call resolve() before you create the component."
        )


def output_env(spec: WorkloadSpec) -> dict[str, pulumi.Output[str]]:
    """The environment variables that are Pulumi outputs (secret, or only known during the update).

    By key in the Secret: see `env_key`.
    """
    outputs = {env_key(None, name): value for name, value in spec.env.items() if isinstance(value, pulumi.Output)}
    for container in (*spec.init_containers, *spec.containers):
        for name, value in container.env.items():
            if isinstance(value, pulumi.Output):
                outputs[env_key(container.name, name)] = value
    return outputs


def env_key(container: str | None, name: str) -> str:
    """The key of a variable in the Secret: `NAME` for the app container (None), `CONTAINER.NAME` for others.

    A key must be unambiguous, so the dots and other special characters of a name are escaped: `discovery-2Etype`.
    """
    escaped = re.sub(r"[^A-Za-z0-9_]", lambda match: f"-{ord(match[0]):02X}", name)
    key = f"{container}.{escaped}" if container else escaped
    # Two dashes do not occur in an escaped name.
    return key if len(key) <= MAX_KEY_LENGTH else f"--{hashlib.sha256(key.encode()).hexdigest()}"


def env_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-env` with the environment variables that are Pulumi outputs; None without any."""
    outputs = output_env(spec)
    return secret(app, namespace, "env", "Opaque", outputs) if outputs else None


def pull_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-pull` with the registry logins; None without any.

    https://kubernetes.io/docs/concepts/containers/images/#config-json
    """
    if not spec.registries:
        return None

    def docker_config(logins: Mapping[str, tuple[str, str]]) -> str:
        auths = {
            host: {"username": user, "password": password, "auth": _base64(f"{user}:{password}")}
            for host, (user, password) in logins.items()
        }
        return json.dumps({"auths": auths}, sort_keys=True)

    logins = {host: pulumi.Output.all(login.username, login.password) for host, login in spec.registries.items()}
    content: pulumi.Output[str] = pulumi.Output.secret(pulumi.Output.all(**logins).apply(docker_config))
    secret_type = "kubernetes.io/dockerconfigjson"
    return secret(app, namespace, "pull", secret_type, {".dockerconfigjson": content})


def tls_secret(app: str, namespace: str, certificate: pulumi.Output[str], key: pulumi.Output[str]) -> Manifest:
    """The Secret `APP-tls` of a certificate and its private key, both PEM."""
    return secret(app, namespace, "tls", "kubernetes.io/tls", {"tls.crt": certificate, "tls.key": key})


def checksum(salt: str, values: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """A secret digest of names and values, for an annotation that rolls the pods.

    Anyone who can read pods can read annotations, and could guess a short password from a plain hash. With scrypt, each
    guess takes 16 MiB and many milliseconds (https://www.rfc-editor.org/rfc/rfc7914#section-2).
    """

    def digest(resolved: Mapping[str, str]) -> str:
        text = json.dumps(resolved, sort_keys=True).encode()
        return hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()

    return pulumi.Output[str].secret(pulumi.Output.all(**values).apply(digest))


def secret(
    app: str, namespace: str, suffix: str, secret_type: str, values: Mapping[str, pulumi.Output[str]]
) -> Manifest:
    """The Secret `APP-SUFFIX`."""
    # `data`, not `stringData`: the API server never returns the latter, so Pulumi would detect neither drift nor, with
    # server-side apply, the removal of a key.
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(app, namespace, suffix=f"-{suffix}"),
        "type": secret_type,
        "data": {name: value.apply(_base64) for name, value in values.items()},
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Model):
        # No default refers to a secret, and most fields have their defaults.
        fields = value.model_fields_set
        yield from ((name, getattr(value, name)) for name in type(value).model_fields if name in fields)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def _resolved(value: Any, lookup: Callable[[str], pulumi.Output[str]]) -> Any:
    if isinstance(value, SecretRef):
        return lookup(value.secret)
    changed: dict[Any, Any] = {
        key: new for key, child in _children(value) if (new := _resolved(child, lookup)) is not child
    }
    if not changed:
        return value
    if isinstance(value, Model):
        return value.model_copy(update=changed)
    if isinstance(value, dict):
        return {**value, **changed}
    return tuple(changed.get(index, child) for index, child in enumerate(value))
