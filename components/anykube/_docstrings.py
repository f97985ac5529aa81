"""The descriptions of models' fields: the text below each field in the source.

Pydantic can read them when it creates a model (`use_attribute_docstrings`). That takes a third of the time in which a
program starts. Only the schema, the dicts and the reference need them, so they read them here.
"""

import ast
import inspect
import textwrap
from functools import cache

from pydantic import BaseModel


def field_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The descriptions of a model's fields by name, including inherited fields."""
    result: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            result |= _documented(base)
    texts = {name: result.get(name) or field.description for name, field in model.model_fields.items()}
    return {name: text for name, text in texts.items() if text}


@cache
def _documented(model: type[BaseModel]) -> dict[str, str]:
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    result: dict[str, str] = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
            result[field.target.id] = inspect.cleandoc(text.value.value)
    return result
