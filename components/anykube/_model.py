"""`Model`: the base of all settings and arguments: immutable, strict, and without unknown fields.

Strict means that the text `"5"` is not accepted as the number 5. Settings files are validated in pydantic's JSON mode,
where lists become tuples and objects become models. Python programs pass models, and lists or tuples of them.
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
"""Validation context for callers that run all rules themselves, so that each mistake is reported once."""


class Model(BaseModel):
    """Base of all settings: immutable, no coercion, no unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
        arbitrary_types_allowed=True,
        validate_default=True,
    )

    def __deepcopy__(self, _: object = None) -> Self:
        """The model itself, which is immutable: pydantic copies the default of each field of each model."""
        return self


def example(**fields: JsonValue) -> JsonDict:
    """Class argument `json_schema_extra` of a model: an example of it for the settings reference and for editors."""
    return {"examples": [fields]}


class CheckedModel(Model):
    """A model with rules across its fields.

    Raises pydantic.ValidationError with the messages of the rules, such as for `NodePool(min=5, max=2)`:
    `min: 5 is greater than max, which is 2. Lower min or raise max.`
    """

    rules: ClassVar[Sequence[StandaloneRule]] = ()

    @model_validator(mode="after")
    def _follows_rules(self, info: ValidationInfo) -> Self:
        if info.context is not WITHOUT_RULES:
            node = ConfigNode(_non_default_fields(self))
            if messages := [str(finding) for rule in self.rules for finding in rule(node)]:
                raise ValueError(" ".join(messages))
        return self


def _non_default_fields(model: BaseModel) -> SourceNode:
    """The fields that differ from their defaults. A model from a dump has all fields set, also to their defaults."""
    fields = type(model).model_fields
    values = {name: getattr(model, name) for name in fields if name in model.model_fields_set}
    return SourceNode({name: source_of(value) for name, value in values.items() if value != fields[name].get_default()})


def fields_of(model: BaseModel) -> dict[str, Any]:
    """The fields that were set, as keyword arguments for another model with these fields."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def _tuple_of(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


T = TypeVar("T")

Seq = Annotated[tuple[T, ...], BeforeValidator(_tuple_of)]
"""An immutable list of T. Python programs may pass any sequence."""

OutputText = SkipJsonSchema[pulumi.Output[str]]
"""Text that is an output of another resource. Only for programs: the schema of settings leaves it out."""

TextInput = str | OutputText
"""Text, or an output that is known only during the update, such as an ARN, an image digest or a secret."""


def text_of(value: str | pulumi.Output[str]) -> str:
    """The text of a field that is not an output. Raises TypeError for an output."""
    if isinstance(value, str):
        return value
    raise TypeError("expected text, found a pulumi.Output, which is known only during the update")
