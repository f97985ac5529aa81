"""How secret environment variables and certificates reach the pods without being seen."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping

import pulumi

from components.kubernetes import Manifest
from components.workloads.metadata import metadata
from components.workloads.web.spec import SecretRef, WebServiceSpec


def resolve(spec: WebServiceSpec, lookup: Callable[[str], pulumi.Output[str]]) -> WebServiceSpec:
    """The spec with each reference to a secret replaced by what `lookup` gives for its name."""
    env = {name: lookup(value.secret) if isinstance(value, SecretRef) else value for name, value in spec.env.items()}
    return spec.model_copy(update={"env": env})


def late_env(spec: WebServiceSpec) -> dict[str, pulumi.Output[str]]:
    """The environment variables whose values are secret, or first known during the update."""
    return {name: value for name, value in spec.env.items() if isinstance(value, pulumi.Output)}


def env_secret(app: str, namespace: str, spec: WebServiceSpec) -> Manifest | None:
    """The Secret `APP-env` of the app's late environment variables; None where it has none."""
    late = late_env(spec)
    return _secret(app, namespace, "env", "Opaque", late) if late else None


def tls_secret(app: str, namespace: str, certificate: pulumi.Output[str], key: pulumi.Output[str]) -> Manifest:
    """The Secret `APP-tls` of a certificate and its private key, both PEM."""
    return _secret(app, namespace, "tls", "kubernetes.io/tls", {"tls.crt": certificate, "tls.key": key})


def checksum(salt: str, values: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    """A secret digest that changes with any name or value, for an annotation that rolls the pods.

    Whoever may read pods can read annotations, so a plain hash would let them guess a short password. scrypt
    makes each guess cost 16 MiB and many milliseconds (https://www.rfc-editor.org/rfc/rfc7914#section-2).
    """

    def digest(plain: Mapping[str, str]) -> str:
        text = json.dumps(plain, sort_keys=True).encode()
        return hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1, dklen=16).hex()

    return pulumi.Output[str].secret(pulumi.Output.all(**values).apply(digest))


def _secret(app: str, namespace: str, suffix: str, kind: str, values: Mapping[str, pulumi.Output[str]]) -> Manifest:
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
