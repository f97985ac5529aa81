"""Settings with fifteen secrets of every kind, and helpers to search for them in files."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

_KEY = "\n".join(
    ("-----BEGIN PRIVATE KEY-----", "bm90LWEtcmVhbC1rZXktYXQtYWxsLTEyMzQ1", "c2VsZi1tYWRlLWZvci1hLXRlc3Q=")
)

SECRETS: Mapping[str, str] = {
    "env-plain": "Wren-7421-plain",
    "env-quoted": "Lark'7422\"and\\more",
    "env-odd": "Finch 7423&<é>+/=%",
    "env-number": "7424742474247424",
    "env-url": "postgres://shop:Robin7425@db.example.com/shop",
    "env-json": json.dumps({"client": "shop", "key": "Siskin-7426"}),
    "init-env": "Dunnock-7427-init",
    "sidecar-env": "Bunting-7428-sidecar",
    "file-text": "Pipit-7429-file",
    "file-key": f"{_KEY}\n-----END PRIVATE KEY-----\n",
    "file-tls": "Thrush-7431-tls-bundle",
    "registry-one": "Plover-7432-registry",
    "registry-two": "Curlew-7433-registry",
    "cron-env": "Whimbrel-7434-cron",
    "given-env": "Godwit-7435-given",
}
GIVEN = "given-env"
"""The secret that only the environment provides, not the stack's config."""


def _secret(name: str) -> dict[str, str]:
    return {"secret": name}


PAGE: dict[str, Any] = {
    "cluster": {"stack": "dev"},
    "namespace": "vault",
    "policies": {"profile": "development"},
    "apps": {
        "keeper": {
            "kind": "worker",
            "image": "registry.example/keeper:1.0.0",
            "replicas": 1,
            "env": {
                **{name.upper().replace("-", "_"): _secret(name) for name in SECRETS if name.startswith("env-")},
                "GIVEN": _secret(GIVEN),
            },
            "files": {
                "/etc/keeper/text": _secret("file-text"),
                "/etc/keeper/key.pem": _secret("file-key"),
                "/etc/keeper/tls.pem": _secret("file-tls"),
            },
            "init_containers": [
                {"name": "first", "image": "registry.example/first:1.0.0", "env": {"KEY": _secret("init-env")}}
            ],
            "containers": [
                {"name": "beside", "image": "registry.example/beside:1.0.0", "env": {"KEY": _secret("sidecar-env")}}
            ],
            "registries": {
                "registry.example": {"username": "one", "password": _secret("registry-one")},
                "other.example": {"username": "two", "password": _secret("registry-two")},
            },
        },
        "nightly": {
            "kind": "cronjob",
            "image": "registry.example/nightly:1.0.0",
            "schedule": "0 3 * * *",
            "env": {"KEY": _secret("cron-env")},
        },
    },
}


def forms(value: str) -> set[bytes]:
    """A secret and its lines in plain text, base64, URL encoding and JSON."""
    texts = {value, *(line for line in value.splitlines() if len(line) > 8 and not line.startswith("-----"))}
    encoded = set[str]()
    for text in texts:
        encoded |= {text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]}
        encoded |= {base64.b64encode(text.encode()).decode(), base64.urlsafe_b64encode(text.encode()).decode()}
    return {form.encode() for form in encoded}


def files(folder: Path) -> Iterator[Path]:
    """All files in a folder, except those of clusters, which store the secrets."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink() and "clusters" not in file.relative_to(folder).parts:
            yield file
