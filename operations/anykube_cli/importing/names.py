"""What objects, containers and volumes are called in the settings' result."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anykube._names import shortened
from anykube._workloads.names import RESERVED

from anykube_cli.importing import paths

_LABEL = re.compile(r"[^a-z0-9-]+")


def label(text: str) -> str:
    """The text as a DNS label."""
    return shortened(_LABEL.sub("-", text.lower()).strip("-") or "x", 63)


def secret_name(*parts: str) -> str:
    """The name of a secret in settings."""
    return label("-".join(parts).replace("_", "-").replace(".", "-"))


_SECRET = re.compile(r"PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|ENCRYPTION|SIGNING)_?KEY")
_ABOUT = re.compile(r"(_FILE|_PATH|_DIR|_NAME|_ALGORITHM|_TTL|_EXPIRY|_LENGTH|_HOST|_ENABLED|_POLICY)\Z")


def is_secret(variable: str, value: str) -> bool:
    """Whether the name of a variable says that its value is a secret. An empty value is none."""
    name = variable.upper()
    plain = value.lower() in ("", "true", "false", "yes", "no", "on", "off") or (value.isdigit() and len(value) < 4)
    return bool(_SECRET.search(name)) and not _ABOUT.search(name) and not plain and "$(" not in value


def port_name(name: object, number: int, used: Sequence[str]) -> str:
    """The name of an additional port. `used`: names of other ports."""
    text = str(name or "").lower()
    valid = bool(re.fullmatch(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?", text))
    return text if valid and text not in used else f"port-{number}"


def volume_names(pod: Mapping[str, Any], templates: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of a pod's volumes in settings, by their names in the manifest."""
    result: dict[str, str] = {}
    taken = {str(volume.get("name")) for volume in paths.elements(pod, "volumes")}
    for volume in (*paths.elements(pod, "volumes"), *(template.get("metadata", {}) for template in templates)):
        name = str(volume.get("name"))
        if is_temporary(pod, volume):
            result[name] = "tmp"
        elif name in RESERVED or name.startswith("csi-"):
            new = f"{name}-volume"
            result[name] = new if new not in taken else f"{new}-2"
        else:
            result[name] = name
    return result


def is_temporary(pod: Mapping[str, Any], volume: Mapping[str, Any]) -> bool:
    """Whether it is an empty volume that each container mounts at most at /tmp, where Anykube mounts one."""
    mounted = [
        mount
        for field in ("containers", "initContainers")
        for container in paths.elements(pod, field)
        for mount in paths.elements(container, "volumeMounts")
        if mount.get("name") == volume.get("name")
    ]
    plain = all(mount.get("mountPath") == "/tmp" and not mount.get("subPath") for mount in mounted)
    return volume.get("emptyDir") is not None and bool(mounted) and plain
