"""`KubernetesObject`: an object of the input, and where it is from."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from anykube_cli.importing import paths
from anykube_cli.importing.paths import Path
from anykube_cli.importing.reading import Document

POD_TEMPLATES: Mapping[str, Path] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""The path of the pod template by kind of workload."""


class InputObject(Protocol):
    """An object of a manifest, or a service of a Compose file."""

    @property
    def document(self) -> Document: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, eq=False)
class KubernetesObject:
    """An object of the input."""

    document: Document

    @property
    def data(self) -> Mapping[str, Any]:
        return self.document.data

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def group(self) -> str:
        """The API group, such as `apps`; empty for the core group."""
        return str(self.data["apiVersion"]).rpartition("/")[0]

    @property
    def name(self) -> str:
        metadata = paths.mapping(self.data, "metadata")
        return str(metadata.get("name") or metadata.get("generateName") or "")

    @property
    def namespace(self) -> str | None:
        return paths.mapping(self.data, "metadata").get("namespace")

    @property
    def annotations(self) -> Mapping[str, Any]:
        return paths.mapping(self.data, "metadata.annotations")

    @property
    def title(self) -> str:
        """`Deployment web`."""
        return f"{self.kind} {self.name}"

    @property
    def template(self) -> Mapping[str, Any]:
        """The pod template of a workload."""
        return paths.mapping(self.data, POD_TEMPLATES[self.kind])

    @property
    def pod(self) -> Mapping[str, Any]:
        """The pod spec of a workload."""
        return paths.mapping(self.template, "spec")

    @property
    def account(self) -> str:
        """The name of the service account of a workload's pods."""
        return str(self.pod.get("serviceAccountName") or self.pod.get("serviceAccount") or "default")

    @property
    def labels(self) -> Mapping[str, Any]:
        """The labels of a workload's pods."""
        return paths.mapping(self.template, "metadata.labels")

    def leaves(self) -> Iterator[tuple[Path, Any]]:
        """The fields without children, except for the kind."""
        return (leaf for leaf in paths.leaves(self.data) if leaf[0] != ("kind",))

    def content(self) -> dict[str, str]:
        """The decoded values of a ConfigMap or Secret by key. Values that are not text are left out."""
        values = {key: "" if value is None else str(value) for key, value in paths.mapping(self.data, "data").items()}
        if self.kind != "Secret":
            return values
        decoded = {key: text for key, value in values.items() if (text := decode(value)) is not None}
        return decoded | {key: str(value) for key, value in paths.mapping(self.data, "stringData").items()}


def decode(value: str) -> str | None:
    """The text of a Secret's value. None: it is not text."""
    try:
        return base64.b64decode(value, validate=False).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Whether a selector of the form `matchLabels` selects these labels. An empty selector selects nothing."""
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())
