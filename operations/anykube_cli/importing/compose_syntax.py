"""Short forms of Compose files as long ones.

https://github.com/compose-spec/compose-spec/blob/main/05-services.md
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

_UNITS = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_DURATION = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def variables(value: Any) -> dict[str, str | None]:
    """`environment` or `labels` as a mapping. None: the value is the shell's."""
    if isinstance(value, Mapping):
        return {str(name): None if text is None else _scalar(text) for name, text in value.items()}
    pairs = [str(entry).partition("=") for entry in value or ()]
    return {name: text if separator else None for name, separator, text in pairs}


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def words(value: Any) -> list[str]:
    """`command` or `entrypoint` as a list. Kubernetes replaces $(NAME), Compose does not."""
    items = shlex.split(value) if isinstance(value, str) else [_scalar(item) for item in value or ()]
    return [item.replace("$(", "$$(") for item in items]


def names(value: Any) -> dict[str, Mapping[str, Any]]:
    """`depends_on` or `networks` as a mapping."""
    if isinstance(value, Mapping):
        return {str(name): settings or {} for name, settings in value.items()}
    return {str(name): {} for name in value or ()}


def ports(entry: Any) -> Iterator[dict[str, Any]]:
    """A port as mappings with `target`, and perhaps `published`, `host_ip` and `protocol`. A range has several."""
    if isinstance(entry, Mapping):
        yield {**entry, "target": int(entry["target"])}
        return
    text, _, protocol = str(entry).partition("/")
    host, _, target = text.rpartition(":")
    address, _, published = host.rpartition(":")
    first, _, last = target.partition("-")
    first_published = published.partition("-")[0]
    for offset in range(int(last or first) - int(first) + 1):
        yield {
            "target": int(first) + offset,
            **({"published": int(first_published) + offset} if first_published else {}),
            **({"host_ip": address} if address else {}),
            **({"protocol": protocol} if protocol else {}),
        }


def volume(entry: Any) -> dict[str, Any]:
    """A volume as a mapping with `type`, `target`, and perhaps `source` and `read_only`."""
    if isinstance(entry, Mapping):
        return dict(entry)
    parts = str(entry).split(":")
    if len(parts) == 1:
        return {"type": "volume", "target": parts[0]}
    kind = "bind" if parts[0].startswith((".", "/", "~")) else "volume"
    options = parts[2].split(",") if len(parts) > 2 else []
    return {"type": kind, "source": parts[0], "target": parts[1], **({"read_only": True} if "ro" in options else {})}


def reference(entry: Any) -> dict[str, Any]:
    """An entry of `secrets` or `configs` as a mapping with `source`."""
    return dict(entry) if isinstance(entry, Mapping) else {"source": str(entry)}


def memory(value: Any) -> str | None:
    """A number of bytes, such as `512m` or `1gb`, as a quantity of Kubernetes. None: it is no number of bytes."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", str(value).strip().lower())
    if not match:
        return None
    mebibytes = float(match[1]) * _UNITS[match[2]] / 1024**2
    return f"{mebibytes:g}Mi"


def seconds(value: Any) -> float | None:
    """A duration, such as `1m30s`, in seconds. None: it is no duration."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)", str(value))
    if not parts or "".join(number + unit for number, unit in parts) != str(value):
        return None
    return sum(float(number) * _DURATION[unit] for number, unit in parts)
