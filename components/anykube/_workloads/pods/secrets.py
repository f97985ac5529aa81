"""How secret values and certificates reach the pods without being seen."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import pulumi

from anykube._kubernetes import Manifest
from anykube._model import Model
from anykube._workloads.app import AppSpec
from anykube._workloads.metadata import metadata
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.values import SecretRef

S = TypeVar("S", bound=AppSpec)


def resolve(spec: S, lookup: Callable[[str], pulumi.Output[str]]) -> S:
    """The spec with each reference to a secret replaced by what `lookup` gives for its name."""
    resolved: S = _resolved(spec, lookup)
    return resolved


def references(value: object, path: str = "") -> Iterator[tuple[str, SecretRef]]:
    """All references to secrets in a spec, each with its path, such as `env.PASSWORD`."""
    if isinstance(value, SecretRef):
        yield path, value
        return
    for step, child in _children(value):
        yield from references(child, f"{path}.{step}" if path else str(step))


def refuse_unresolved(kind: str, app: str, spec: WorkloadSpec) -> None:
    """Raises pulumi.RunError where a reference to a secret is still in the spec."""
    for path, reference in references(spec):
        raise pulumi.RunError(
            f"{kind} {app}: {path} refers to the secret {reference.secret}, whose value is not there; "
            "replace it by components.resolve before the component is made."
        )


def late_env(spec: WorkloadSpec) -> dict[str, pulumi.Output[str]]:
    """The environment variables whose values are secret, or first known during the update.

    By their key in the Secret: the variable's name, and for other containers than the app's own theirs before it.
    """
    late = {name: value for name, value in spec.env.items() if isinstance(value, pulumi.Output)}
    for container in (*spec.init_containers, *spec.containers):
        for name, value in container.env.items():
            if isinstance(value, pulumi.Output):
                late[env_key(container.name, name)] = value
    return late


def env_key(container: str | None, name: str) -> str:
    """The key in the Secret of a variable; None for the app's own container."""
    return f"{container}.{name}" if container else name


def env_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-env` of the app's late environment variables; None where it has none."""
    late = late_env(spec)
    return secret(app, namespace, "env", "Opaque", late) if late else None


def pull_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-pull` with the logins of registries; None where there are none.

    https://kubernetes.io/docs/concepts/containers/images/#config-json
    """
    if not spec.registries:
        return None

    def logins(known: Mapping[str, tuple[str, str]]) -> str:
        auths = {
            host: {"username": user, "password": password, "auth": _base64(f"{user}:{password}")}
            for host, (user, password) in known.items()
        }
        return json.dumps({"auths": auths}, sort_keys=True)

    known = {host: pulumi.Output.all(login.username, login.password) for host, login in spec.registries.items()}
    content: pulumi.Output[str] = pulumi.Output.secret(pulumi.Output.all(**known).apply(logins))
    kind = "kubernetes.io/dockerconfigjson"
    return secret(app, namespace, "pull", kind, {".dockerconfigjson": content})


def tls_secret(app: str, namespace: str, certificate: pulumi.Output[str], key: pulumi.Output[str]) -> Manifest:
    """The Secret `APP-tls` of a certificate and its private key, both PEM."""
    return secret(app, namespace, "tls", "kubernetes.io/tls", {"tls.crt": certificate, "tls.key": key})


def checksum(salt: str, values: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """A secret digest that changes with any name or value, for an annotation that rolls the pods.

    Whoever may read pods can read annotations, so a plain hash would let them guess a short password. scrypt
    makes each guess cost 16 MiB and many milliseconds (https://www.rfc-editor.org/rfc/rfc7914#section-2).
    """

    def digest(plain: Mapping[str, str]) -> str:
        text = json.dumps(plain, sort_keys=True).encode()
        return hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()

    return pulumi.Output[str].secret(pulumi.Output.all(**values).apply(digest))


def secret(app: str, namespace: str, suffix: str, kind: str, values: Mapping[str, pulumi.Output[str]]) -> Manifest:
    """A Secret `APP-SUFFIX`."""
    # `data`, not `stringData`: the API server never returns the latter, so neither drift in it nor, under
    # server-side apply, the removal of a key from it would be noticed.
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(app, namespace, suffix=f"-{suffix}"),
        "type": kind,
        "data": {name: value.apply(_base64) for name, value in values.items()},
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Model):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def _resolved(value: Any, lookup: Callable[[str], pulumi.Output[str]]) -> Any:
    if isinstance(value, SecretRef):
        return lookup(value.secret)
    changed: dict[Any, Any] = {
        step: new for step, child in _children(value) if (new := _resolved(child, lookup)) is not child
    }
    if not changed:
        return value
    if isinstance(value, Model):
        return value.model_copy(update=changed)
    if isinstance(value, dict):
        return {**value, **changed}
    return tuple(changed.get(index, child) for index, child in enumerate(value))
