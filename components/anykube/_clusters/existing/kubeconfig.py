"""Extracts one context of a kubeconfig file, with the content of the files that it refers to."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_INLINED = ("certificate-authority", "client-certificate", "client-key")


@dataclass(frozen=True)
class Context:
    """A context with its cluster and user."""

    kubeconfig: str
    """Self-contained kubeconfig. It is secret, since it may contain keys and tokens."""
    cluster: str
    """Name of the cluster."""
    server: str
    """URL of the API server."""
    identity: str
    """Identifier of the cluster: a hash of its certificate authority, or of its URL. Credentials do not change it."""


def read(file: Path, name: str | None) -> Context:
    """Reads a context by name. None: the current context. Raises ValueError if the file or the context is missing."""
    try:
        content = file.read_text()
    except FileNotFoundError:
        raise ValueError(f"Kubeconfig {file} does not exist. Set `kubeconfig` to an existing file.") from None
    except OSError as error:
        raise ValueError(f"Cannot read kubeconfig {file}: {error}") from None
    return parse(content, name, file)


def parse(content: str, name: str | None, file: Path = Path("output")) -> Context:
    """Like `read`, from the content of a kubeconfig. Paths in it are relative to the folder of `file`."""
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(f"Kubeconfig {file} is not valid YAML: {error}") from None
    if not isinstance(document, Mapping):
        raise ValueError(f"{file} is not a kubeconfig: it must be a YAML mapping.")
    name = name or document.get("current-context")
    context = _entry(document, "contexts", "context", name, file)
    cluster = _inlined(_entry(document, "clusters", "cluster", context.get("cluster"), file), file)
    user = _inlined(_entry(document, "users", "user", context.get("user"), file), file)
    authority = str(cluster.get("certificate-authority-data") or cluster.get("server"))
    return Context(
        kubeconfig=json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": name,
                "contexts": [{"name": name, "context": dict(context)}],
                "clusters": [{"name": context["cluster"], "cluster": cluster}],
                "users": [{"name": context["user"], "user": user}],
            }
        ),
        cluster=str(context["cluster"]),
        server=str(cluster.get("server", "")),
        identity=f"{context['cluster']}-{hashlib.sha256(authority.encode()).hexdigest()[:16]}",
    )


def _entry(document: Mapping[str, object], section: str, key: str, name: object, file: Path) -> Mapping[str, object]:
    entries = document.get(section)
    by_name: dict[object, Mapping[str, object]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get(key), Mapping):
            by_name[entry.get("name")] = entry[key]
    if name not in by_name:
        names = ", ".join(sorted(map(str, by_name))) or "none"
        raise ValueError(f"Kubeconfig {file} has no {key} {name!r}. Its {section}: {names}.")
    return by_name[name]


def _inlined(entry: Mapping[str, object], file: Path) -> dict[str, object]:
    inlined = dict(entry)
    for key in _INLINED:
        path = inlined.pop(key, None)
        if isinstance(path, str) and f"{key}-data" not in inlined:
            try:
                content = (file.parent / path).read_bytes()
            except OSError as error:
                raise ValueError(f"Kubeconfig {file}: cannot read {key} {path}: {error.strerror}.") from None
            inlined[f"{key}-data"] = base64.b64encode(content).decode()
    return inlined
