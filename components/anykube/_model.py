"""What every spec model has in common: frozen, strict, and closed to unknown fields.

Strict means that YAML's `"5"` is not silently taken for 5. A page of settings is validated in pydantic's JSON mode,
where a list is a tuple and an object a model; a Python program passes models, and lists or tuples of them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, TypeVar

import pulumi
from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, ValidationInfo, model_validator
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from anykube._rules.node import ConfigNode
from anykube._rules.source import SourceNode, source_of
from anykube._rules.standalone import StandaloneRule

WITHOUT_RULES: Mapping[str, bool] = {"without_rules": True}
"""Validation context of a caller that runs the rules itself, over all of the data: so each mistake is told once."""


class Model(BaseModel):
    """The base of every spec: immutable, no coercion, no unknown field."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        arbitrary_types_allowed=True,
        validate_default=True,
    )


def example(**fields: JsonValue) -> JsonDict:
    """Class argument `json_schema_extra` of a model: an example of it for the settings reference and for editors."""
    return {"examples": [fields]}


class CheckedModel(Model):
    """A model that judges by itself what its fields mean together.

    Raises pydantic.ValidationError with a rule's own sentence: `NodePool(min=5, max=2)` says that min is above max.
    """

    rules: ClassVar[Sequence[StandaloneRule]] = ()

    @model_validator(mode="after")
    def _follows_rules(self, info: ValidationInfo) -> Self:
        if info.context is not WITHOUT_RULES:
            node = ConfigNode(_chosen(self))
            if mistakes := [str(finding) for rule in self.rules for finding in rule(node)]:
                raise ValueError(" ".join(mistakes))
        return self


def _chosen(model: BaseModel) -> SourceNode:
    """What differs from the defaults: a dump that was read back has every default set, and asks for nothing by it."""
    fields = type(model).model_fields
    chosen = {name: getattr(model, name) for name in fields if name in model.model_fields_set}
    return SourceNode({name: source_of(it) for name, it in chosen.items() if it != fields[name].get_default()})


def fields_of(model: BaseModel) -> dict[str, Any]:
    """The fields that were set, as they are: keyword arguments of a model that has them too."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def _tuple_of(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


T = TypeVar("T")

Seq = Annotated[tuple[T, ...], BeforeValidator(_tuple_of)]
"""An immutable list of T. A Python program may pass any sequence."""

OutputText = SkipJsonSchema[pulumi.Output[str]]
"""Text that another resource has as an output. A settings file has none, so that its schema does not show it."""

TextInput = str | OutputText
"""Text that may first be known during the update (an ARN, an image digest, a secret)."""


def text_of(value: str | pulumi.Output[str]) -> str:
    """The text of a field that settings files have as text. Raises TypeError for an output."""
    if isinstance(value, str):
        return value
    raise TypeError("this text is first known during the update")
