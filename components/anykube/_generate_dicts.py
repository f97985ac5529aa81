"""Writes dicts.py: TypedDicts for the arguments of all components and the models in them.

    python -m anykube._generate_dicts [--check]

Type checkers and editors use them to check the keys of dicts. With `--check` it writes nothing, and exits with 1 if the
file is out of date.
"""

import collections.abc
import inspect
import json
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

import anykube
from anykube._clusters.spec import NodePool
from anykube._docstrings import field_descriptions
from anykube._model import Model

FILE = Path(__file__).with_name("dicts.py")
_HEAD = '''"""TypedDicts of the args of components, for type checkers and editors.

Generated from the models by `python -m anykube._generate_dicts`. Do not edit.
"""

from __future__ import annotations

'''
_PACKAGE = Model.__module__.partition(".")[0]
_UNIONS = (Union, types.UnionType)


def arg_models() -> list[type[Model]]:
    """The models of the arguments of all components."""
    names = sorted(name for name in dir(anykube) if name.endswith("Args"))
    return [getattr(anykube, name) for name in names]


def models(roots: Iterable[type[Model]]) -> dict[str, type[Model]]:
    """The models and all models in their fields, by name. Raises ValueError if two have the same name."""
    by_name: dict[str, type[Model]] = {}

    def visit(model: type[Model]) -> None:
        if by_name.setdefault(model.__name__, model) is not model:
            raise ValueError(
                f"{model.__module__} and {by_name[model.__name__].__module__} both have a {model.__name__}"
            )
        for nested in _nested(model):
            if by_name.get(nested.__name__) is not nested:
                visit(nested)

    for root in roots:
        visit(root)
    return dict(sorted(by_name.items()))


def _nested(model: type[Model]) -> Iterator[type[Model]]:
    for field in model.model_fields.values():
        yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if inspect.isclass(annotation) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


class Renderer:
    """Renders annotations as source code, and collects their imports."""

    def __init__(self) -> None:
        self._imports: dict[str, set[str]] = {"typing": {"TypedDict"}}

    def use(self, module: str, name: str) -> str:
        self._imports.setdefault(module, set()).add(name)
        return name

    def imports(self) -> str:
        pulumi = "import pulumi\n\n" if self._imports.pop("pulumi", None) else ""
        first_party = {module: names for module, names in self._imports.items() if module.startswith(_PACKAGE)}
        others = {module: names for module, names in self._imports.items() if module not in first_party}
        return f"{_lines(others)}\n{pulumi}{_lines(first_party)}".rstrip() + "\n"

    def text(self, annotation: Any) -> str:
        if isinstance(annotation, TypeAliasType) or annotation in (Any, object):
            return "object"
        if annotation in (None, type(None)):
            return "None"
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is None:
            return self._name(annotation)
        return self._generic(origin, arguments)

    def _name(self, annotation: type) -> str:
        if annotation.__module__ == "builtins":
            return annotation.__name__
        name = self.use(annotation.__module__, annotation.__name__)
        if not issubclass(annotation, BaseModel):
            return name
        types = [name, f"{name}Dict"]
        # The pools of clouds accept a NodePool. Its TypedDict too would make the type of `{"count": 3}` ambiguous.
        if issubclass(annotation, NodePool):
            types.append(self.use(NodePool.__module__, NodePool.__name__))
        return " | ".join(dict.fromkeys(types))

    def _generic(self, origin: Any, arguments: Sequence[Any]) -> str:
        if origin is Annotated:
            return self.text(arguments[0])
        if origin is Literal:
            return f"{self.use('typing', 'Literal')}[{', '.join(map(_literal, arguments))}]"
        if origin in _UNIONS:
            return " | ".join(dict.fromkeys(map(self.text, arguments)))
        if origin is tuple:
            return f"{self.use('collections.abc', 'Sequence')}[{self.text(arguments[0])}]"
        if origin in (dict, collections.abc.Mapping):
            return f"{self.use('collections.abc', 'Mapping')}[{', '.join(map(self.text, arguments))}]"
        if origin is collections.abc.Callable:
            parameters = ", ".join(map(self.text, arguments[0]))
            return f"{self.use('collections.abc', 'Callable')}[[{parameters}], {self.text(arguments[1])}]"
        if origin.__module__ == "pulumi.output":
            self.use("pulumi", "")
            return f"pulumi.Output[{self.text(arguments[0])}]"
        raise TypeError(f"cannot render {origin}; add it to components/anykube/_generate_dicts.py")


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _lines(imports: Mapping[str, set[str]]) -> str:
    return "".join(f"from {module} import {', '.join(sorted(names))}\n" for module, names in sorted(imports.items()))


def rendered() -> str:
    """The text of the file."""
    renderer = Renderer()
    classes = [_typed_dict(renderer, model) for model in models(arg_models()).values()]
    return _HEAD + renderer.imports() + "".join(f"\n\n{text}" for text in classes)


def _typed_dict(renderer: Renderer, model: type[Model]) -> str:
    documentation = (inspect.getdoc(model) or "").partition("\n\n")[0].replace("\n", " ")
    lines = [f"class {model.__name__}Dict(TypedDict, total=False):", f'    """{documentation}"""', ""]
    for name, field in model.model_fields.items():
        lines += _field(renderer, name, field, field_descriptions(model).get(name))
    return "\n".join(lines) + "\n"


def _field(renderer: Renderer, name: str, field: FieldInfo, description: str | None) -> list[str]:
    text = renderer.text(field.annotation)
    if field.is_required():
        text = f"{renderer.use('typing', 'Required')}[{text}]"
    return [f"    {name}: {text}", *([_docstring(description)] if description else [])]


def _docstring(text: str) -> str:
    return indent('"""' + text.replace("\\", "\\\\") + '"""', "    ")


def main(arguments: Sequence[str]) -> int:
    """Writes the file, or checks it. Returns the exit status."""
    text = rendered()
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
        return 0
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{FILE} is out of date: run python -m anykube._generate_dicts", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
