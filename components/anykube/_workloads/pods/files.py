"""Files of the app's own container: plain ones in a ConfigMap, secret ones in a Secret.

A change rolls the pods exactly once. The ConfigMap's name carries a hash of what it holds, and it never changes: the
pods of a revision keep theirs, also when the next revision fails. The Secret keeps its name, since one that is replaced
would be missing for pods that start meanwhile, and a checksum in the pod template stands for what it holds. Both are
mounted by `subPath`, so that a running pod never sees files of another revision.
"""

import hashlib
import json

import pulumi

from anykube._kubernetes import Manifest
from anykube._workloads.metadata import metadata
from anykube._workloads.pods.secrets import secret
from anykube._workloads.pods.spec import WorkloadSpec

_CONFIG, _SECRET = "files", "secret-files"


def plain_files(spec: WorkloadSpec) -> dict[str, str]:
    """The text of each file that is not secret, by path."""
    return {path: content for path, content in spec.files.items() if isinstance(content, str)}


def late_files(spec: WorkloadSpec) -> dict[str, pulumi.Output[str]]:
    """The content of each file that is secret, or first known during the update, by its key in the Secret."""
    return {_key(path): content for path, content in spec.files.items() if isinstance(content, pulumi.Output)}


def config_map(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The immutable ConfigMap `APP-files-HASH`; None where no file is plain."""
    plain = plain_files(spec)
    if not plain:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(app, namespace, suffix=_suffix(plain)),
        "immutable": True,
        "data": {_key(path): content for path, content in plain.items()},
    }


def file_secret(app: str, namespace: str, spec: WorkloadSpec) -> Manifest | None:
    """The Secret `APP-files`; None where no file is secret."""
    late = late_files(spec)
    return secret(app, namespace, _CONFIG, "Opaque", late) if late else None


def file_volumes(app: str, spec: WorkloadSpec) -> list[dict[str, object]]:
    """The volumes of a pod that hold the files."""
    volumes: list[dict[str, object]] = []
    if plain := plain_files(spec):
        volumes.append({"name": _CONFIG, "configMap": {"name": f"{app}{_suffix(plain)}"}})
    if late_files(spec):
        volumes.append({"name": _SECRET, "secret": {"secretName": f"{app}-{_CONFIG}"}})
    return volumes


def file_mounts(spec: WorkloadSpec) -> list[dict[str, object]]:
    """Where the app's own container has its files."""
    return [
        {
            "name": _CONFIG if isinstance(content, str) else _SECRET,
            "mountPath": path,
            "subPath": _key(path),
            "readOnly": True,
        }
        for path, content in spec.files.items()
    ]


def _suffix(plain: dict[str, str]) -> str:
    content = json.dumps(plain, sort_keys=True).encode()
    return f"-{_CONFIG}-{hashlib.sha256(content).hexdigest()[:8]}"


def _key(path: str) -> str:
    # Slashes cannot be in a key. Two dots can, but for its beginning, and no path has them.
    return path.removeprefix("/").replace("/", "..")
