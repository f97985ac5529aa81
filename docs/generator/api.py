"""docs/reference/api.md: what `from anykube import …` and `from anykube.cloud import …` offer."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import anykube
import pulumi
from anykube import cloud, program, project
from anykube._docstrings import field_descriptions
from pydantic import BaseModel

from docs.generator.note import NOTE
from docs.generator.schema import definitions
from docs.generator.settings import links

_INTRODUCTION = """Every component takes `(name, args, opts)`. `args` is the model in its signature, or a dict of
the same keys. [Settings](settings/index.md) describes the fields of settings files; this page lists the others."""


def pages() -> Iterator[tuple[str, str]]:
    """The page of this reference: name and text."""
    public = {name: getattr(anykube, name) for name in sorted(dir(anykube))}
    components = {name: thing for name, thing in public.items() if _is(thing, pulumi.ComponentResource)}
    models = {name: thing for name, thing in public.items() if _is(thing, BaseModel)}
    rest = {name: thing for name, thing in public.items() if name not in components and name not in models}
    author = {name: getattr(cloud, name) for name in sorted(dir(cloud)) if name not in public}
    sections = [
        "# Components from Python",
        NOTE,
        _INTRODUCTION,
        "## Components",
        *_entries(components),
        "## Models",
        *_entries(models),
        "## Functions and types",
        *_entries(rest),
        "## Running a project",
        *_entries({"program.run": program.run, "project.root": project.root}),
        "## For authors of a cloud: `anykube.cloud`",
        *_entries(author),
    ]
    yield "api.md", "\n\n".join(sections)


def _is(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base)


def _entries(entries: Mapping[str, Any]) -> Iterator[str]:
    for name, value in entries.items():
        yield f"### `{name}`"
        yield from _entry(name, value)


def _entry(name: str, value: Any) -> Iterator[str]:
    if (inspect.isclass(value) and not _is(value, BaseModel)) or inspect.isfunction(value):
        yield f"```text\n{_signature(name, value)}\n```"
    yield _documentation(value)
    if _is(value, BaseModel):
        yield from _model(name, value)
    elif inspect.isclass(value):
        yield from _attributes(value)


def _signature(name: str, value: Callable[..., Any]) -> str:
    try:
        signature = inspect.signature(value)
    except ValueError:
        return name
    parameters = [
        parameter.replace(annotation=_annotation(parameter.annotation)) for parameter in signature.parameters.values()
    ]
    result = signature.replace(parameters=parameters, return_annotation=_annotation(signature.return_annotation))
    text = f"{name}{result}".replace("'", "").replace('"', "")
    text = re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", text)
    text = re.sub(r"<(?:function|class) ([\w.]+)(?: at 0x\w+)?>", r"\1", text)
    return re.sub(r"Union\[(\w+), Awaitable\[\1\], ForwardRef\(Output\[T\]\)\]", r"Input[\1]", text)


def _annotation(annotation: Any) -> Any:
    if annotation in (inspect.Parameter.empty, None, type(None)):
        return inspect.Parameter.empty
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _documentation(value: Any) -> str:
    """The docstring, with Sphinx's field lists as bullet lists."""
    text = inspect.getdoc(value) if not isinstance(value, (str, int)) else None
    text = re.sub(r"^:param (\w+): ", r"- `\1`: ", text or f"`{value!r}`", flags=re.MULTILINE)
    text = re.sub(r"^:raises ([\w.]+): ", r"- Raises `\1`: ", text, flags=re.MULTILINE)
    text = re.sub(r"^:returns?: ", "- Returns: ", text, flags=re.MULTILINE)
    return re.sub(r"(?<!\n)\n- ", "\n\n- ", text, count=1) if "\n\n- " not in text else text


def _model(name: str, model: type[BaseModel]) -> Iterator[str]:
    if name in definitions():
        yield f"Fields: [{name}]({links()[name]})."
        return
    base = next((base.__name__ for base in model.__mro__[1:] if base.__name__ in definitions()), None)
    inherited = set(definitions()[base]["properties"]) - set(vars(model).get("__annotations__", {})) if base else set()
    if base:
        yield f"Fields: those of [{base}]({links()[base]}), and:"
    fields = [
        f"- `{field}`: {' '.join(field_descriptions(model).get(field, '').split())}".rstrip(": ")
        for field in model.model_fields
        if field not in inherited
    ]
    if fields:
        yield "\n".join(fields)


def _attributes(value: type) -> Iterator[str]:
    """The public attributes of a class, with the docstrings that follow them in the source."""
    attributes: dict[str, str] = {}
    for base in reversed(value.__mro__):
        if base.__module__.startswith("anykube"):
            attributes |= {name: text or attributes.get(name, "") for name, text in _documented(base).items()}
    if attributes:
        yield "Attributes:"
        yield "\n".join(f"- `{name}`: {text}".rstrip(": ") for name, text in attributes.items())


@cache
def _documented(value: type) -> Mapping[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(value)))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    result: dict[str, str] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = ""
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = " ".join(str(following.value.value).split())
            if not statement.target.id.startswith("_"):
                result[statement.target.id] = text
    return result
