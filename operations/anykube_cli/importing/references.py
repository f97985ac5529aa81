"""ConfigMaps, Secrets and claims, which become part of the settings of the apps that refer to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from anykube_cli.importing import paths
from anykube_cli.importing.draft import Draft
from anykube_cli.importing.grouping import Grouped
from anykube_cli.importing.names import secret_name
from anykube_cli.importing.objects import KubernetesObject


@dataclass
class References:
    """The objects that pods refer to."""

    grouped: Grouped
    draft: Draft
    claims: dict[int, tuple[str, str]] = field(default_factory=dict)
    """The app and volume that a claim of the input became."""

    def text(self, kind: str, name: object, key: object, namespace: str | None) -> str | None:
        """The value of a key of a ConfigMap or Secret of the input."""
        item = self.grouped.find(kind, name, namespace)
        return item.content().get(str(key)) if item else None

    def value(self, item: KubernetesObject, key: str) -> Any:
        """A key of a ConfigMap or Secret as a value in settings: text, or a reference to a secret."""
        text = item.content()[key]
        if item.kind != "Secret":
            return text
        return self.draft.secret(secret_name(item.name, key), text, f"{key} in {item.title}")

    def files(self, volume: Mapping[str, Any], namespace: str | None) -> dict[str, tuple[KubernetesObject, str]] | None:
        """The files of a volume by relative path: the object and its key. None: not of objects of the input."""
        sources = list(_file_sources(volume))
        if not sources:
            return None
        result: dict[str, tuple[KubernetesObject, str]] = {}
        for kind, name, source in sources:
            item = self.grouped.find(kind, name, namespace)
            if item is None:
                return None
            content = item.content()
            items = {entry["key"]: entry["path"] for entry in paths.elements(source, "items")}
            for key in items or content:
                if key not in content:
                    return None
                result[items.get(key, key)] = (item, key)
        return result


def _file_sources(volume: Mapping[str, Any]) -> Iterator[tuple[str, object, Mapping[str, Any]]]:
    """The kind, name and source of each ConfigMap and Secret of a volume; nothing if it has other sources."""
    if config := paths.mapping(volume, "configMap"):
        yield "ConfigMap", config.get("name"), config
    elif secret := paths.mapping(volume, "secret"):
        yield "Secret", secret.get("secretName"), secret
    else:
        sources = paths.elements(volume, "projected.sources")
        supported = all(set(source) <= {"configMap", "secret"} for source in sources)
        for source in sources if supported else ():
            for field_name, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
                if inner := paths.mapping(source, field_name):
                    yield kind, inner.get("name"), inner
