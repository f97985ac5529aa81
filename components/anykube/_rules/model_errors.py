"""From pydantic's errors to findings in our own words: one mistake, one finding."""

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
from anykube._workloads.unions import KINDS

PATTERNS = {
    **{pattern: remedy for cloud in definitions().values() for pattern, remedy in cloud.patterns.items()},
    r"^/\S*$": "it must begin with '/' and have no blanks",
    r"^\S+$": "it must not be empty and have no blanks",
    r"^\d+%?$": 'it must be a number or a percentage, such as "1" or "25%"',
    r"^([1-9]\d?%?|100%?)$": 'it must be a number or a percentage, such as "1" or "33%"',
    r"^([01]\d|2[0-3]):[0-5]\d$": "it must be a time of day, from 00:00 to 23:59, in quotes",
    r"^([1-9]\d*|[1-9]\d?%|100%)$": 'it must be a number or a percentage above 0, such as "1" or "25%"',
    r"^[A-Za-z0-9_+/-]+$": "it must be a name of the tz database, such as Europe/Berlin",
    r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$": (
        "it must be five fields, such as `15 3 * * *`, or a word such as @daily"
    ),
    r"^[1-9]\d*[smh]$": "it must be a time, such as 30m or 1h",
    r"^(/[-._a-zA-Z0-9]+)+$": "it must be an absolute path of letters, digits, '-', '.' and '_'",
    r"^[-._a-zA-Z0-9]{1,253}$": "it must be letters, digits, '-', '.' or '_'",
    r"^(\d+|\d{1,2}%|100%)$": 'it must be a number or a percentage up to 100%, such as "1" or "25%"',
}
"""What each pattern of the specs asks for."""

_UNASKED = {"needs_python_object", "is_instance_of"}
"""Errors of alternatives that only a Python program can take, such as an output."""

_SHAPE = {"string_type", "model_type"}
"""Errors of alternatives that are of another shape than the value."""


def findings(
    error: ValidationError, model: type[BaseModel], source: SourceNode, hints: Mapping[str, str] = {}
) -> tuple[list[Finding], frozenset[ValuePath]]:
    """The mistakes that validation by `model` found, and the paths whose values no rule should judge any more.

    `hints`: by further patterns, what they ask for.
    """
    places = [
        (place, detail)
        for detail in error.errors(include_url=False)
        if detail["type"] not in _UNASKED
        for place in [_place(detail["loc"], model)]
    ]
    foreign = {place.path for place, _ in places if _of_another_cloud(place)}
    places = [(place, detail) for place, detail in places if place.path not in foreign]
    places = list(_one_for_each_union(places))
    renamed = {
        (*place.path[:-1], meant)
        for place, detail in places
        if detail["type"] == "extra_forbidden"
        for meant in [_meant(place, source)]
        if meant
    }
    unknown = {place.path[:-1] for place, detail in places if detail["type"] == "extra_forbidden" and place.of_value}
    found = [
        _finding(place, detail, source, {**PATTERNS, **hints})
        for place, detail in places
        # An unknown field is told, and what is missing was probably meant by it.
        if not (detail["type"] == "missing" and (place.path in renamed or place.path[:-1] in unknown))
    ]
    return found, frozenset(renamed | foreign | {finding.path for finding in found})


def _of_another_cloud(place: "_Place") -> bool:
    """Whether a mistake is just that a pool has another cloud's section: rules/capabilities.py says whose it is."""
    sections = [cloud.facts.section for cloud in definitions().values()]
    match place.path:
        case ("cluster", "pools", _, section) | ("pools", _, section):
            return section in sections and section not in place.fields
    return False


class _Place(NamedTuple):
    """Where an error is: pydantic's location without the names of alternatives."""

    path: ValuePath
    fields: tuple[str, ...]
    """The fields that the mapping around it may have."""
    union: ValuePath | None
    """The path of the value of several alternatives that it is in, or is."""
    is_key: bool
    of_value: bool = False
    """Whether it is in a value that could also be text, such as an environment variable's."""
    alternatives: tuple[Any, ...] = ()
    """What the value itself may be, where that is of several kinds."""


def _place(loc: tuple[int | str, ...], model: type[BaseModel]) -> _Place:
    path: list[int | str] = []
    fields: tuple[str, ...] = ()
    union: ValuePath | None = None
    textual = False
    here: Any = model
    for step in loc:
        here = _bare(here)
        alternatives = _alternatives(here)
        if alternatives and step != "[key]":
            textual = any(_tag(arm) and not _is_model(_bare(arm)) for arm in alternatives)
            here = next((arm for arm in alternatives if step in _names(arm)), None)
            # A tagged alternative is chosen before it is tried, so only the chosen one has errors.
            union = union if here is not None and _tag(here) else tuple(path)
            continue
        if step == "[key]":
            return _Place(tuple(path), fields, union, is_key=True)
        path.append(step)
        fields = ()
        if _is_model(here):
            fields = tuple(here.model_fields)
            field = here.model_fields.get(str(step))
            here = field.annotation if field else None
        else:
            arguments = get_args(here)
            here = (arguments[-1] if get_origin(here) is dict else arguments[0]) if arguments else None
    kinds = _alternatives(_bare(here))
    return _Place(tuple(path), fields, union, is_key=False, of_value=textual, alternatives=kinds)


def _bare(annotation: Any) -> Any:
    """The annotation without its metadata, and without None as an alternative."""
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


def _one_for_each_union(places: list[tuple[_Place, ErrorDetails]]) -> Iterator[tuple[_Place, ErrorDetails]]:
    """Of the errors of all alternatives for a value, the one that says most."""
    unions: dict[ValuePath, list[tuple[_Place, ErrorDetails]]] = {}
    for place, detail in places:
        if place.union is None:
            yield place, detail
        else:
            unions.setdefault(place.union, []).append((place, detail))
    for errors in unions.values():
        fitting = [error for error in errors if error[1]["type"] not in _SHAPE] or errors
        unknown = [error for error in fitting if error[1]["type"] == "extra_forbidden"]
        # Deeper is nearer to what was meant: of the shape that was chosen, a field is wrong.
        yield unknown[0] if unknown else max(fitting, key=lambda error: len(error[0].path))


def _meant(place: _Place, source: SourceNode) -> str | None:
    """The field, not given yet, that an unknown one was probably meant to be."""
    around = source.nearest(place.path[:-1]).value
    given = around if isinstance(around, dict) else {}
    return nearest(str(place.path[-1]), [field for field in place.fields if field not in given])


def _finding(place: _Place, detail: ErrorDetails, source: SourceNode, hints: Mapping[str, str]) -> Finding:
    node = source.nearest(place.path)
    if place.is_key:
        node = SourceNode(str(place.path[-1]), node.file, node.line, str(place.path[-1]))
    words = _WORDS.get(detail["type"])
    if words is None:
        return Finding(place.path, f"is {kind_of(node)}", f"pydantic says: {detail['msg']}")
    return words(_Case(place, node, detail.get("ctx", {}), hints))


class _Case(NamedTuple):
    place: _Place
    node: SourceNode
    context: Mapping[str, Any]
    hints: Mapping[str, str]
    """By pattern, what it asks for."""

    def says(self, what: str, remedy: str) -> Finding:
        return Finding(self.place.path, what, remedy)


def _not(wanted: str, remedy: str) -> Callable[[_Case], Finding]:
    return lambda case: case.says(f"is {kind_of(case.node)}, not {wanted}", remedy)


def _not_text(case: _Case) -> Finding:
    scalar = isinstance(case.node.value, bool | int | float)
    remedy = f"write it in quotes: {quoted(case.node.text)}" if scalar else "write text in its place"
    return case.says(f"is {kind_of(case.node)}, not text", remedy)


def _not_whole(case: _Case) -> Finding:
    digits = isinstance(case.node.value, str) and re.fullmatch(r"-?[0-9]+", case.node.value)
    remedy = f"write {case.node.value} without quotes" if digits else "write a whole number, without quotes"
    return case.says(f"is {kind_of(case.node)}, not a whole number", remedy)


def _not_one_of(case: _Case) -> Finding:
    expected = re.findall(r"'([^']*)'", str(case.context["expected"]))
    if not isinstance(case.node.value, str) and case.node.text in expected:
        return _not_text(case)
    remedy = f"write {quoted(expected[0])}" if len(expected) == 1 else choice(case.node.text, expected, "choice")
    return case.says(f"is {kind_of(case.node)}", remedy)


def _unknown(case: _Case) -> Finding:
    return case.says("is not a known field", choice(str(case.place.path[-1]), case.place.fields, "known field"))


def _refused(case: _Case) -> Finding:
    sentence = str(case.context["error"])
    what = "is not allowed as a name" if case.place.is_key else f"is {quoted(str(case.node.value))}"
    return case.says(what, f"it {sentence}" if sentence.startswith("must") else sentence)


def _unlike(case: _Case) -> Finding:
    pattern = str(case.context["pattern"])
    return case.says(f"is {kind_of(case.node)}", case.hints.get(pattern, f"it must match {pattern}"))


def _no_cluster(case: _Case) -> Finding:
    remedy = "write `cloud: local`, `cloud: existing` or `stack: NAME` below it"
    if not isinstance(case.node.value, dict):
        return case.says(f"is {kind_of(case.node)}, not a mapping", remedy)
    cloud = case.node.value.get("cloud")
    if cloud is None:
        return case.says("says neither cloud nor stack", remedy)
    clouds = [tag for kind in case.place.alternatives if _is_cluster(kind) and (tag := _tag(kind))]
    what = f"is {kind_of(cloud)}, which is no known cloud"
    return Finding((*case.place.path, "cloud"), what, choice(cloud.text, clouds, "known cloud"))


def _is_cluster(kind: Any) -> bool:
    return "cloud" in getattr(_bare(kind), "model_fields", ())


def _no_kind(case: _Case) -> Finding:
    if any(map(_is_cluster, case.place.alternatives)):
        return _no_cluster(case)
    # Only an app that is a mapping with a kind gets here.
    kind = case.node.value["kind"] if isinstance(case.node.value, dict) else case.node
    remedy = choice(kind.text, KINDS, "kind")
    return Finding((*case.place.path, "kind"), f"is {kind_of(kind)}, which is no known kind", remedy)


_MAPPING = _not("a mapping", "write its fields below it, each as `name: value`")

_WORDS: dict[str, Callable[[_Case], Finding]] = {
    "missing": lambda case: case.says("is missing", "add it here"),
    "extra_forbidden": _unknown,
    "string_type": _not_text,
    "int_type": _not_whole,
    "int_parsing_size": lambda case: case.says(f"is {kind_of(case.node)}", "write a number with fewer digits"),
    "tuple_type": _not("a list", "write its elements below it, each after `- `"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "greater_than_equal": lambda case: case.says(
        f"is {case.node.text}, which is too small", f"it must be at least {case.context['ge']}"
    ),
    "less_than_equal": lambda case: case.says(
        f"is {case.node.text}, which is too large", f"it must be at most {case.context['le']}"
    ),
    "too_short": lambda case: case.says(
        f"has {case.context['actual_length']} entries", f"give at least {case.context['min_length']}"
    ),
    "too_long": lambda case: case.says(
        f"has {case.context['actual_length']} entries", f"give at most {case.context['max_length']}"
    ),
    "literal_error": _not_one_of,
    "string_pattern_mismatch": _unlike,
    "value_error": _refused,
    "union_tag_not_found": _no_kind,
    "union_tag_invalid": _no_kind,
}
