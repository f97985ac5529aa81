"""Files of containers: text files in a ConfigMap, secret files in a Secret.

A change rolls the pods exactly once. The ConfigMap is immutable and its name has a hash of its content, so the pods of
a revision keep their files even if the next revision fails. The Secret keeps its name, because replacing it would leave
pods that start meanwhile without it; the pod template has a checksum of its content instead. Both are mounted with
`subPath`, so that a running pod never sees the files of another revision.
"""

import hashlib
import json
import re
from collections.abc import Iterator

import pulumi

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import metadata
from anykube._workloads.pods.secrets import secret
from anykube._workloads.pods.spec import ContainerFields, WorkloadSpec
from anykube._workloads.pods.values import MAX_KEY_LENGTH

_CONFIG, _SECRET = "files", "secret-files"


def text_files(spec: WorkloadSpec) -> dict[str, str]:
    """The contents of files that are not secret, by key in the ConfigMap."""
    return {key: content for key, content in _files(spec) if isinstance(content, str)}


def output_files(spec: WorkloadSpec) -> dict[str, pulumi.Output[str]]:
    """The contents of files that are Pulumi outputs (secret, or only known during the update), by key in the Secret."""
    return {key: content for key, content in _files(spec) if isinstance(content, pulumi.Output)}


def config_map(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The immutable ConfigMap `APP-files-HASH`; None without text files."""
    files = text_files(spec)
    if not files:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(app, namespace, suffix=_suffix(spec)),
        "immutable": True,
        "data": files,
    }


def file_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-files`; None without secret files."""
    files = output_files(spec)
    return secret(app, namespace, _CONFIG, "Opaque", files) if files else None


def file_volumes(app: str, spec: WorkloadSpec) -> list[dict[str, object]]:
    """The pod's volumes with the files."""
    volumes: list[dict[str, object]] = []
    if text_files(spec):
        volumes.append({"name": _CONFIG, "configMap": {"name": f"{app}{_suffix(spec)}"}})
    if output_files(spec):
        volumes.append({"name": _SECRET, "secret": {"secretName": f"{app}-{_CONFIG}"}})
    return volumes


def file_mounts(container: str | None, fields: ContainerFields) -> list[dict[str, object]]:
    """The mounts of a container's files. None: the app container."""
    return [
        {
            "name": _CONFIG if isinstance(content, str) else _SECRET,
            "mountPath": path,
            "subPath": file_key(container, path),
            "readOnly": True,
        }
        for path, content in fields.files.items()
    ]


def file_key(container: str | None, path: str) -> str:
    """The key of a file: `etc..app..a.conf` for /etc/app/a.conf of the app container, `CONTAINER..PATH.` for others.

    A key is unambiguous. A path with two dots in a row, or whose key would not be valid, has a hash as its key.
    """
    plain = path.removeprefix("/").replace("/", "..")
    key = f"{container}..{plain}." if container else plain
    # Where no name in a path ends with a dot or has two in a row, two dots in the key are a slash. Only keys of the app
    # container's plain paths do not end with a dot, and only hashes have no two dots before it.
    is_plain = re.fullmatch(r"(/\.?([-_a-zA-Z0-9]+\.)*[-_a-zA-Z0-9]+)+", path)
    if is_plain and len(key) <= MAX_KEY_LENGTH:
        return key
    return f"{hashlib.sha256(((container or '') + path).encode()).hexdigest()}."


def _files(spec: WorkloadSpec) -> Iterator[tuple[str, object]]:
    containers: list[tuple[str | None, ContainerFields]] = [(None, spec)]
    containers += [(container.name, container) for container in (*spec.init_containers, *spec.containers)]
    return ((file_key(name, path), content) for name, fields in containers for path, content in fields.files.items())


def _suffix(spec: WorkloadSpec) -> str:
    paths = {file_key(None, path): path for path in spec.files if file_key(None, path)[-1] != "."}
    # By path, so that ConfigMaps keep the names that they had before other containers could have files.
    content = {paths.get(key, key): text for key, text in text_files(spec).items()}
    encoded = json.dumps(content, sort_keys=True).encode()
    return f"-{_CONFIG}-{hashlib.sha256(encoded).hexdigest()[:8]}"
