"""Reads YAML files, folders and standard input as documents.

Kubernetes reads YAML 1.1 (`on` is true, `0644` is octal), Compose 1.2 with old octals. Neither reads times or dates.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_SUFFIXES = (".yaml", ".yml", ".json")
_TAG = "tag:yaml.org,2002:"


class ImportingError(Exception):
    """An input cannot be read, or an output cannot be written. The text lacks the full stop."""


@dataclass(frozen=True)
class Document:
    """A document of a file. The items of a List are documents with the number of the List."""

    file: str
    number: int
    """From 1."""
    data: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}, document {self.number}" if self.number > 1 else self.file

    @property
    def is_compose(self) -> bool:
        return "kind" not in self.data and isinstance(self.data.get("services"), Mapping)


def read(inputs: Sequence[str]) -> list[Document]:
    """The documents of the files, of all files in the folders, and of standard input, which is `-`."""
    return [document for name in inputs for file, text in _texts(name) for document in _documents(file, text)]


def _texts(name: str) -> Iterator[tuple[str, str]]:
    if name == "-":
        yield "standard input", sys.stdin.read()
        return
    path = Path(name)
    files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES) if path.is_dir() else [path]
    if not files:
        raise ImportingError(f"{name} has no files that end with {', '.join(_SUFFIXES)}")
    for file in files:
        try:
            yield str(file), file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ImportingError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _documents(file: str, text: str) -> Iterator[Document]:
    for number, (data, modern) in enumerate(
        zip(_load(file, text, _Kubernetes), _load(file, text, _Compose), strict=True), 1
    ):
        if data is None:
            continue
        if not isinstance(data, Mapping):
            raise ImportingError(f"{file}: document {number} is not a mapping")
        if Document(file, number, data).is_compose:
            yield Document(file, number, modern)
        elif str(data.get("kind", "")).endswith("List") and isinstance(data.get("items"), list):
            yield from (Document(file, number, item) for item in data["items"] if isinstance(item, Mapping))
        elif isinstance(data.get("kind"), str) and isinstance(data.get("apiVersion"), str):
            yield Document(file, number, data)
        else:
            raise ImportingError(
                f"{file}: document {number} is neither a Kubernetes object, which has apiVersion and kind, nor a "
                "Compose file, which has services"
            )


def _load(file: str, text: str, loader: "type[_Loader]") -> list[Any]:
    try:
        return list(yaml.load_all(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = f"{file}:{mark.line + 1}" if mark else file
        raise ImportingError(f"{position}: invalid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ImportingError(f"{file}: invalid YAML: {str(error).partition(chr(10))[0]}") from None


class _Loader(yaml.SafeLoader):
    """PyYAML's loader without dates and numbers to the base of 60. Rejects duplicate keys, as kubectl does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != f"{_TAG}merge":
                if key.value in keys:
                    raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key.value}", key.start_mark)
                keys.add(key.value)
        result: dict[Any, Any] = super().construct_mapping(node, deep)
        return {_key(key): value for key, value in result.items()}


def _key(key: Any) -> Any:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _without(*tags: str) -> dict[str, list[Any]]:
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    return {
        first: [(tag, pattern) for tag, pattern in rows if tag.removeprefix(_TAG) not in tags]
        for first, rows in resolvers.items()
    }


class _Kubernetes(_Loader):
    yaml_implicit_resolvers = _without("timestamp", "int", "float")


class _Compose(_Loader):
    yaml_implicit_resolvers = _without("timestamp", "int", "float", "bool")


_INTEGER = re.compile(r"[-+]?(0o?[0-7]+|0x[0-9a-fA-F]+|0b[01]+|0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")


def _integer(_: _Loader, node: yaml.ScalarNode) -> int:
    text = node.value
    digits = text.lstrip("+-")
    base = 10
    if digits[:2] in ("0x", "0b", "0o"):
        base = {"x": 16, "b": 2, "o": 8}[digits[1]]
        digits = digits[2:]
    elif len(digits) > 1 and digits[0] == "0":
        base = 8
    number = int(digits, base)
    return -number if text.startswith("-") else number


for _class in (_Kubernetes, _Compose):
    _class.add_implicit_resolver(f"{_TAG}int", _INTEGER, list("-+0123456789"))
    _class.add_implicit_resolver(f"{_TAG}float", _FLOAT, list("-+.0123456789"))
    _class.add_constructor(f"{_TAG}int", _integer)
_Compose.add_implicit_resolver(f"{_TAG}bool", _BOOL, list("tTfF"))
