"""Files of the app container: text files in a ConfigMap, secret files in a Secret.

A change rolls the pods exactly once. The ConfigMap is immutable and its name has a hash of its content, so the pods of
a revision keep their files even if the next revision fails. The Secret keeps its name, because replacing it would leave
pods that start meanwhile without it; the pod template has a checksum of its content instead. Both are mounted with
`subPath`, so that a running pod never sees the files of another revision.
"""

import hashlib
import json

import pulumi

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import metadata
from anykube._workloads.pods.secrets import secret
from anykube._workloads.pods.spec import WorkloadSpec

_CONFIG, _SECRET = "files", "secret-files"


def text_files(spec: WorkloadSpec) -> dict[str, str]:
    """The contents of files that are not secret, by path."""
    return {path: content for path, content in spec.files.items() if isinstance(content, str)}


def output_files(spec: WorkloadSpec) -> dict[str, pulumi.Output[str]]:
    """The contents of files that are Pulumi outputs (secret, or only known during the update), by key in the Secret."""
    return {_key(path): content for path, content in spec.files.items() if isinstance(content, pulumi.Output)}


def config_map(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The immutable ConfigMap `APP-files-HASH`; None without text files."""
    files = text_files(spec)
    if not files:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(app, namespace, suffix=_suffix(files)),
        "immutable": True,
        "data": {_key(path): content for path, content in files.items()},
    }


def file_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-files`; None without secret files."""
    files = output_files(spec)
    return secret(app, namespace, _CONFIG, "Opaque", files) if files else None


def file_volumes(app: str, spec: WorkloadSpec) -> list[dict[str, object]]:
    """The pod's volumes with the files."""
    volumes: list[dict[str, object]] = []
    if files := text_files(spec):
        volumes.append({"name": _CONFIG, "configMap": {"name": f"{app}{_suffix(files)}"}})
    if output_files(spec):
        volumes.append({"name": _SECRET, "secret": {"secretName": f"{app}-{_CONFIG}"}})
    return volumes


def file_mounts(spec: WorkloadSpec) -> list[dict[str, object]]:
    """The app container's mounts of the files."""
    return [
        {
            "name": _CONFIG if isinstance(content, str) else _SECRET,
            "mountPath": path,
            "subPath": _key(path),
            "readOnly": True,
        }
        for path, content in spec.files.items()
    ]


def _suffix(files: dict[str, str]) -> str:
    content = json.dumps(files, sort_keys=True).encode()
    return f"-{_CONFIG}-{hashlib.sha256(content).hexdigest()[:8]}"


def _key(path: str) -> str:
    # A key cannot contain slashes. It can contain '..', but not start with it, and no path contains '..'.
    return path.removeprefix("/").replace("/", "..")
