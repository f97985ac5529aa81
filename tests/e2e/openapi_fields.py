"""Fields of Kubernetes objects with random values, from the OpenAPI document of an API server."""

import copy
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anykube_cli.importing.paths import Path

Schema = Mapping[str, Any]
Manifest = dict[str, Any]

_SKIPPED = ("status", "managedFields", "ownerReferences", "ephemeralContainers")
"""Fields that the server or a controller sets, or that only pods have."""
_IDENTITY: tuple[Path, ...] = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
_STRINGS: Mapping[str, tuple[str, ...]] = {
    "cidr": ("203.0.113.0/24",),
    "clusterIP": ("None",),
    "except": ("203.0.113.7/32",),
    "fieldPath": ("metadata.name", "metadata.namespace"),
    "host": ("example.com",),
    "hostnames": ("a.example.com",),
    "image": ("registry.example/extra:1.0.0",),
    "ip": ("192.0.2.7",),
    "key": ("example.com/key", "a.conf"),
    "mountPath": ("/extra",),
    "nameservers": ("192.0.2.53",),
    "path": ("/extra", "extra"),
    "resource": ("limits.cpu", "cpu"),
    "timeZone": ("Europe/Paris",),
    "topologyKey": ("kubernetes.io/hostname",),
    "workingDir": ("/extra",),
}
"""Texts by field that the API server accepts. Others accept the name of an object."""
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "configMapKeyRef": ("name",),
    "containers": ("image",),
    "initContainers": ("image",),
    "secretKeyRef": ("name",),
}
"""Fields that the API server requires in templates, although the document does not."""
_KEYS: Mapping[str, str] = {"limits": "example.com/device", "requests": "memory", "data": "key", "binaryData": "bytes"}
"""Keys of mappings by field."""


@dataclass(frozen=True)
class Fields:
    """The fields of a kind, such as `Fields(document, "io.k8s.api.apps.v1.Deployment")`."""

    document: Mapping[str, Any]
    """The OpenAPI document of an API group."""
    type: str

    def leaves(self) -> list[Path]:
        """The paths of all fields without children. 0 stands for any element of a list."""
        return [path for path in self._leaves({"$ref": self.type}, (), frozenset()) if path not in _IDENTITY]

    def _leaves(self, schema: Schema, path: Path, parents: frozenset[str]) -> Iterator[Path]:
        name = _reference(schema)
        schema = self._resolve(schema)
        if name in parents or (path and path[-1] in _SKIPPED):
            return
        parents |= {name} if name else set()
        if "properties" in schema:
            for field, child in schema["properties"].items():
                yield from self._leaves(child, (*path, field), parents)
        elif schema.get("type") == "array":
            yield from self._leaves(schema["items"], (*path, 0), parents)
        elif "additionalProperties" in schema:
            yield from self._leaves(schema["additionalProperties"], (*path, _key(path)), parents)
        else:
            yield path

    def _resolve(self, schema: Schema) -> Schema:
        name = _reference(schema)
        return self.document["components"]["schemas"][name] if name else schema

    def add(self, manifest: Manifest, path: Path, values: random.Random, *, append: bool) -> Manifest:
        """A copy with a random value at a path. `append`: in a new element of the innermost list of mappings."""
        result = copy.deepcopy(manifest)
        lists = [index for index, step in enumerate(path[:-1]) if step == 0]
        target: Any = result
        schema: Schema = {"$ref": self.type}
        for index, step in enumerate(path[:-1]):
            schema = self._child(schema, step)
            if isinstance(step, int):
                if not target or (append and lists and index == lists[-1]):
                    target.append(self.value(schema, _name(path[:index]), values))
                target = target[-1]
            else:
                if target.get(step) is None:
                    target[step] = self.value(schema, step, values)
                target = target[step]
        value = self.value(self._child(schema, path[-1]), _name(path), values)
        if isinstance(path[-1], int):
            target.append(value)
        else:
            target[path[-1]] = value
        return result

    def _child(self, schema: Schema, step: str | int) -> Schema:
        schema = self._resolve(schema)
        if isinstance(step, int):
            return dict(schema["items"])
        child = schema.get("properties", {}).get(step) or schema.get("additionalProperties")
        assert child, (schema, step)
        return dict(child)

    def value(self, schema: Schema, field: str, values: random.Random) -> Any:
        """A random value with the required fields."""
        name, schema = _reference(schema), self._resolve(schema)
        if "properties" in schema:
            required = (*schema.get("required", ()), *_REQUIRED.get(field, ()))
            return {child: self.value(schema["properties"][child], child, values) for child in required}
        if choices := [choice for choice in schema.get("enum", ()) if choice]:
            return values.choice(choices)
        kind = schema.get("type")
        if name.endswith(".Quantity"):
            return values.choice(["1Gi", "2"])
        if "oneOf" in schema:
            return values.choice([8080, "30%"])
        if kind in ("integer", "number"):
            return values.choice([1, 2, 20])
        if kind == "boolean":
            return values.choice([True, False])
        if kind == "string":
            return values.choice(_STRINGS.get(field, (f"x{values.randrange(99)}",)))
        return [] if kind == "array" else {}


def _reference(schema: Schema) -> str:
    """The name of the type that a schema refers to; empty if there is none."""
    reference = schema.get("$ref") or next((item.get("$ref") for item in schema.get("allOf", ())), "")
    return str(reference).rpartition("/")[2]


def _key(path: Path) -> str:
    return _KEYS.get(_name(path), "example.com/extra")


def _name(path: Path) -> str:
    """The name of the field at a path or around it."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")
