"""Converts pydantic's errors to findings: one finding for each mistake."""

import re
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from anykube._clouds.registry import definitions
from anykube._rules.findings import Finding, ValuePath
from anykube._rules.source import SourceNode
from anykube._rules.wording import choice, kind_of, nearest, quoted
from anykube._workloads.pods.volumes import ABSOLUTE, RELATIVE
from anykube._workloads.scaling import API_VERSION, KIND
from anykube._workloads.unions import KINDS

PATTERNS = {
    **{pattern: remedy for cloud in definitions().values() for pattern, remedy in cloud.patterns.items()},
    r"^/\S*$": "it must begin with '/' and have no spaces",
    API_VERSION: "it must be an API version with its group, such as apps/v1, or v1 of the core group",
    KIND: "it must be a kind such as Ingress",
    r"^\S+$": "it must not be empty and must not have spaces",
    r"^\d{1,9}%?$": 'it must be a number or a percentage, such as "1" or "25%"',
    r"^([1-9]\d?%?|100%?)$": 'it must be a number or a percentage, such as "1" or "33%"',
    r"^([01]\d|2[0-3]):[0-5]\d$": "it must be a time of day from 00:00 to 23:59, in quotes",
    r"^([1-9]\d{0,8}|[1-9]\d?%|100%)$": 'it must be a number or a percentage above 0, such as "1" or "25%"',
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\*)?$": (
        'it must be an API group without a version, such as apps, or "" for the core group'
    ),
    r"^([a-z0-9][-.a-z0-9]*|\*)(/([a-z0-9][-a-z0-9]*|\*))?$": (
        "it must be the plural name of a resource in lower case, such as pods or pods/log"
    ),
    r"^(/\S*|\*)$": "it must be a path, such as /metrics or /healthz/*",
    r"^[1-9]\d*[smh]$": "it must be a duration, such as 30m or 1h",
    ABSOLUTE: "it must be an absolute path such as /etc/app, without ':' and without a slash at its end",
    RELATIVE: "it must be a relative path such as uploads/new, without ':'",
    r"^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$": "it must be letters, digits, '-', '.' or '_', and not begin with '..'",
    r"^[-A-Za-z0-9]+$": "it must be letters, digits or '-'",
    r"^[^\x00-\x08\x0a-\x1f\x7f]*$": "it must not have line breaks or other control characters",
    r"^(\d{1,9}|\d{1,2}%|100%)$": 'it must be a number or a percentage up to 100%, such as "1" or "25%"',
}
"""Remedies by the regular expression that a value does not match."""

_PROGRAM_ONLY = {"needs_python_object", "is_instance_of"}
"""Errors of alternatives that only a Python program can pass, such as an output."""

_WRONG_SHAPE = {"string_type", "model_type"}
"""Errors of alternatives that have another shape than the value."""


def findings(
    error: ValidationError, model: type[BaseModel], source: SourceNode, hints: Mapping[str, str] = {}
) -> tuple[list[Finding], frozenset[ValuePath]]:
    """The findings for a validation error of `model`, and the paths that rules must ignore.

    `hints`: remedies for further regular expressions, as in PATTERNS.
    """
    errors = [
        (location, detail)
        for detail in error.errors(include_url=False)
        if detail["type"] not in _PROGRAM_ONLY
        for location in [_location(detail["loc"], model)]
    ]
    foreign = {location.path for location, _ in errors if _is_foreign_section(location)}
    errors = [(location, detail) for location, detail in errors if location.path not in foreign]
    errors = list(_one_for_each_union(errors))
    intended = {
        (*location.path[:-1], field)
        for location, detail in errors
        if detail["type"] == "extra_forbidden"
        for field in [_intended_field(location, source)]
        if field
    }
    with_unknown = {
        location.path[:-1]
        for location, detail in errors
        if detail["type"] == "extra_forbidden" and location.may_be_text
    }
    result = [
        _finding(location, detail, source, {**PATTERNS, **hints})
        for location, detail in errors
        # An unknown field is reported, and the missing one is probably what it was meant to be.
        if not (detail["type"] == "missing" and (location.path in intended or location.path[:-1] in with_unknown))
    ]
    return result, frozenset(intended | foreign | {finding.path for finding in result})


def _is_foreign_section(location: "_Location") -> bool:
    """Whether the error is a pool's section of another cloud, which rules/capabilities.py reports."""
    sections = [cloud.facts.section for cloud in definitions().values()]
    match location.path:
        case ("cluster", "pools", _, section) | ("pools", _, section):
            return section in sections and section not in location.fields
    return False


class _Location(NamedTuple):
    """The location of an error: pydantic's, without the names of alternatives."""

    path: ValuePath
    fields: tuple[str, ...]
    """The fields of the model around it."""
    union: ValuePath | None
    """The path of the value with alternatives that contains the error, or is it."""
    is_key: bool
    may_be_text: bool = False
    """Whether it is in a value that could also be text, such as an environment variable's."""
    alternatives: tuple[Any, ...] = ()
    """The alternatives for the value itself."""


def _location(loc: tuple[int | str, ...], model: type[BaseModel]) -> _Location:
    path: list[int | str] = []
    fields: tuple[str, ...] = ()
    union: ValuePath | None = None
    may_be_text = False
    annotation: Any = model
    for step in loc:
        annotation = _bare(annotation)
        alternatives = _alternatives(annotation)
        if alternatives and step != "[key]":
            may_be_text = any(_tag(arm) and not _is_model(_bare(arm)) for arm in alternatives)
            annotation = next((arm for arm in alternatives if _type_name(step) in _names(arm)), None)
            # Pydantic chooses a tagged alternative before it validates, so that only the chosen one has errors.
            union = union if annotation is not None and _tag(annotation) else tuple(path)
            continue
        if step == "[key]":
            return _Location(tuple(path), fields, union, is_key=True)
        path.append(step)
        fields = ()
        if _is_model(annotation):
            fields = tuple(annotation.model_fields)
            field = annotation.model_fields.get(str(step))
            annotation = field.annotation if field else None
        else:
            arguments = get_args(annotation)
            is_dict = get_origin(annotation) is dict
            annotation = (arguments[-1] if is_dict else arguments[0]) if arguments else None
    alternatives = _alternatives(_bare(annotation))
    return _Location(tuple(path), fields, union, False, may_be_text, alternatives)


def _bare(annotation: Any) -> Any:
    """The annotation without metadata and without None as an alternative."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        arms = [arm for arm in get_args(annotation) if arm is not type(None)]
        if len(arms) == 1:
            return _bare(arms[0])
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()


def _tag(arm: Any) -> str | None:
    metadata = get_args(arm)[1:] if get_origin(arm) is Annotated else ()
    return next((item.tag for item in metadata if isinstance(item, Tag)), None)


def _names(arm: Any) -> tuple[str | None, ...]:
    return (_tag(arm), getattr(_bare(arm), "__name__", None))


def _type_name(step: int | str) -> str:
    """The name of an alternative without those of its validators: `Probe` of `function-after[_follows_rules(), Probe]`,
    and `int` of `constrained-int`.
    """
    return re.sub(r"^(function-.*, |constrained-)|\]+$", "", str(step))


def _one_for_each_union(errors: list[tuple[_Location, ErrorDetails]]) -> Iterator[tuple[_Location, ErrorDetails]]:
    """The most specific of the errors that all alternatives for a value have."""
    unions: dict[ValuePath, list[tuple[_Location, ErrorDetails]]] = {}
    for location, detail in errors:
        if location.union is None:
            yield location, detail
        else:
            unions.setdefault(location.union, []).append((location, detail))
    for path, errors_of_union in unions.items():
        has_inner = any(inner != path and inner[: len(path)] == path for inner in unions)
        # With errors in a union further inside, the value has the right shape for one alternative.
        union = [error for error in errors_of_union if not has_inner or error[0].path != path]
        if not union:
            continue
        unknown = [error for error in union if error[1]["type"] == "extra_forbidden"]
        # The deepest error is of the alternative that the user meant: its shape is right, and one of its fields wrong.
        yield unknown[0] if unknown else max(union, key=_specificity)


def _specificity(error: tuple[_Location, ErrorDetails]) -> tuple[int, bool]:
    location, detail = error
    return len(location.path), detail["type"] not in _WRONG_SHAPE


def _intended_field(location: _Location, source: SourceNode) -> str | None:
    """The absent field that an unknown one was probably meant to be."""
    mapping = source.nearest(location.path[:-1]).value
    present = mapping if isinstance(mapping, dict) else {}
    return nearest(str(location.path[-1]), [field for field in location.fields if field not in present])


def _finding(location: _Location, detail: ErrorDetails, source: SourceNode, hints: Mapping[str, str]) -> Finding:
    node = source.nearest(location.path)
    if location.is_key:
        node = SourceNode(str(location.path[-1]), node.file, node.line, str(location.path[-1]))
    describe = _DESCRIPTIONS.get(detail["type"])
    if describe is None:
        return Finding(location.path, f"{kind_of(node)} is invalid", f"pydantic says: {detail['msg']}")
    return describe(_Error(location, node, detail.get("ctx", {}), hints))


class _Error(NamedTuple):
    location: _Location
    node: SourceNode
    context: Mapping[str, Any]
    hints: Mapping[str, str]
    """Remedies by regular expression."""

    def finding(self, message: str, remedy: str) -> Finding:
        return Finding(self.location.path, message, remedy)


def _wrong_type(expected: str, remedy: str) -> Callable[[_Error], Finding]:
    return lambda error: error.finding(f"expected {expected}, found {_describe(error.node)}", remedy)


def _describe(node: SourceNode) -> str:
    return "nothing" if node.value is None else kind_of(node)


def _not_text(error: _Error) -> Finding:
    scalar = isinstance(error.node.value, bool | int | float)
    remedy = f"write it in quotes: {quoted(error.node.text)}" if scalar else "write text instead"
    return error.finding(f"expected text, found {_describe(error.node)}", remedy)


def _not_integer(error: _Error) -> Finding:
    digits = isinstance(error.node.value, str) and re.fullmatch(r"-?[0-9]+", error.node.value)
    remedy = f"write {error.node.value} without quotes" if digits else "write an integer, without quotes"
    return error.finding(f"expected an integer, found {_describe(error.node)}", remedy)


def _not_one_of(error: _Error) -> Finding:
    expected = re.findall(r"'([^']*)'", str(error.context["expected"]))
    if not isinstance(error.node.value, str) and error.node.text in expected:
        return _not_text(error)
    remedy = f"write {quoted(expected[0])}" if len(expected) == 1 else choice(error.node.text, expected, "choice")
    return error.finding(f"{_value(error.node)} is not allowed", remedy)


def _value(node: SourceNode) -> str:
    return "an empty value" if node.value is None else kind_of(node)


def _unknown_field(error: _Error) -> Finding:
    fields = error.location.fields
    return error.finding("unknown field", choice(str(error.location.path[-1]), fields, "known field"))


def _rejected(error: _Error) -> Finding:
    requirement = str(error.context["error"])
    value = quoted(str(error.node.value))
    message = "the name is invalid" if error.location.is_key else f"{value} is invalid"
    return error.finding(message, f"it {requirement}" if requirement.startswith("must") else requirement)


def _no_match(error: _Error) -> Finding:
    pattern = str(error.context["pattern"])
    return error.finding(f"{_value(error.node)} is invalid", error.hints.get(pattern, f"it must match {pattern}"))


def _no_cluster(error: _Error) -> Finding:
    remedy = "write `cloud: local`, `cloud: existing` or `stack: NAME` below it"
    if not isinstance(error.node.value, dict):
        return error.finding(f"expected a mapping, found {_describe(error.node)}", remedy)
    cloud = error.node.value.get("cloud")
    if cloud is None:
        return error.finding("cloud or stack is required", remedy)
    clouds = [tag for kind in error.location.alternatives if _is_cluster(kind) and (tag := _tag(kind))]
    message = f"{_value(cloud)} is not a known cloud"
    return Finding((*error.location.path, "cloud"), message, choice(cloud.text, clouds, "known cloud"))


def _is_cluster(kind: Any) -> bool:
    return "cloud" in getattr(_bare(kind), "model_fields", ())


def _no_kind(error: _Error) -> Finding:
    if any(map(_is_cluster, error.location.alternatives)):
        return _no_cluster(error)
    # Otherwise the value is an app: a mapping with a kind.
    kind = error.node.value["kind"] if isinstance(error.node.value, dict) else error.node
    remedy = choice(kind.text, KINDS, "kind")
    return Finding((*error.location.path, "kind"), f"{_value(kind)} is not a known kind", remedy)


_not_mapping = _wrong_type("a mapping", "write its fields below it, each as `name: value`")

_DESCRIPTIONS: dict[str, Callable[[_Error], Finding]] = {
    "missing": lambda error: error.finding("this field is required", "add it"),
    "extra_forbidden": _unknown_field,
    "string_type": _not_text,
    "int_type": _not_integer,
    "int_parsing_size": lambda error: error.finding(f"{kind_of(error.node)} is too large", "use fewer digits"),
    "tuple_type": _wrong_type("a list", "write its elements below it, each after `- `"),
    "dict_type": _not_mapping,
    "model_type": _not_mapping,
    "greater_than_equal": lambda error: error.finding(
        f"{error.node.text} is too small", f"it must be at least {error.context['ge']}"
    ),
    "less_than_equal": lambda error: error.finding(
        f"{error.node.text} is too large", f"it must be at most {error.context['le']}"
    ),
    "too_short": lambda error: error.finding(
        f"too few entries: {error.context['actual_length']}", f"it must have at least {error.context['min_length']}"
    ),
    "too_long": lambda error: error.finding(
        f"too many entries: {error.context['actual_length']}", f"it must have at most {error.context['max_length']}"
    ),
    "literal_error": _not_one_of,
    "string_pattern_mismatch": _no_match,
    "value_error": _rejected,
    "union_tag_not_found": _no_kind,
    "union_tag_invalid": _no_kind,
}
