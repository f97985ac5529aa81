"""One context of a kubeconfig file, without any other file that it points to."""

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
    """A context with its cluster and user, self-contained."""

    kubeconfig: str
    """A secret: it may hold keys and tokens."""
    cluster: str
    server: str
    identity: str
    """From the cluster's authority where it has one, else from its address; the user's credentials do not matter."""


def read(file: Path, name: str | None) -> Context:
    """The context of that name, or the current one. Raises ValueError with what is wrong and what there is."""
    try:
        content = file.read_text()
    except FileNotFoundError:
        raise ValueError(f"there is no kubeconfig {file}; name one that is there") from None
    except OSError as error:
        raise ValueError(f"the kubeconfig {file} cannot be read: {error}") from None
    return parse(content, name, file)


def parse(content: str, name: str | None, file: Path = Path("output")) -> Context:
    """The same, from the content of a kubeconfig. Paths in it are relative to the folder of `file`."""
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(f"the kubeconfig {file} cannot be read: {error}") from None
    if not isinstance(document, Mapping):
        raise ValueError(f"{file} is no kubeconfig: it holds no mapping")
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
    named: dict[object, Mapping[str, object]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get(key), Mapping):
            named[entry.get("name")] = entry[key]
    if name not in named:
        there = ", ".join(sorted(map(str, named))) or "none"
        raise ValueError(f"the kubeconfig {file} has no {key} {name!r}; it has: {there}")
    return named[name]


def _inlined(entry: Mapping[str, object], file: Path) -> dict[str, object]:
    inlined = dict(entry)
    for key in _INLINED:
        path = inlined.pop(key, None)
        if isinstance(path, str) and f"{key}-data" not in inlined:
            try:
                content = (file.parent / path).read_bytes()
            except OSError as error:
                raise ValueError(f"the kubeconfig {file} points to {path} as its {key}: {error.strerror}") from None
            inlined[f"{key}-data"] = base64.b64encode(content).decode()
    return inlined
