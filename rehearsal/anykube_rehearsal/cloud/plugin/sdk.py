"""Reads the types of resources and functions from the annotations in an installed SDK's source."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from anykube_rehearsal.cloud.plugin.source import Source

_PLAIN = {"str": "string", "int": "integer", "float": "number", "bool": "bool"}
_TRANSPARENT = {"Input", "Output", "Optional"}
_NUMBERS = {"_builtins.int": "integer", "int": "integer", "_builtins.float": "number", "float": "number"}


@dataclass(frozen=True)
class PropertyType:
    """The type of a property. Nested properties are read on demand, since some types contain themselves."""

    kind: str
    """string, json (a string or the document itself), integer, number, bool, list, map, object, union or any."""
    items: "PropertyType | None" = None
    file: str = ""
    """Of an object: the file with its class."""
    name: str = ""
    values: tuple[str, ...] = ()
    """Of a closed enumeration: its values."""
    choices: tuple["PropertyType", ...] = ()
    """Of a union: its object types."""
    sdk: "Sdk | None" = field(default=None, compare=False, repr=False)

    @property
    def properties(self) -> "Mapping[str, Property]":
        """The properties of an object, or of any choice of a union, by wire name (camelCase)."""
        if self.kind == "union":
            return {wire: prop for choice in self.choices for wire, prop in choice.properties.items()}
        return self.sdk.properties(self.file, self.name) if self.kind == "object" and self.sdk else {}


@dataclass(frozen=True)
class Property:
    """A property of a resource, a function or a nested object."""

    name: str
    """Its Python name; on the wire it is camelCase."""
    type: PropertyType
    required: bool


@dataclass(frozen=True)
class Signature:
    """The inputs and outputs of a resource or function."""

    token: str
    inputs: Mapping[str, Property] = field(default_factory=dict)
    outputs: Mapping[str, Property] = field(default_factory=dict)


_ANY = PropertyType("any")


class Sdk:
    """An installed SDK, such as `pulumi_aws`. Caches what it reads."""

    def __init__(self, module: str) -> None:
        self.source = Source(module)
        self._classes: dict[tuple[str, str], Mapping[str, Property]] = {}
        self._signatures: dict[str, Signature] = {}

    def resource(self, token: str) -> Signature:
        """A resource type, such as `aws:ec2/vpc:Vpc`. Raises KeyError if the SDK has none."""
        if token not in self._signatures:
            file, name = self._file(token), token.rpartition(":")[2]
            # Arguments are named InitArgs if a nested object already has the usual name.
            inputs = self.properties(file, f"{name}InitArgs") or self.properties(file, f"{name}Args")
            self._signatures[token] = Signature(token, inputs, self.properties(file, name))
        return self._signatures[token]

    def function(self, token: str) -> Signature:
        """A function, such as `aws:index/getRegion:getRegion`. Raises KeyError if the SDK has none."""
        if token not in self._signatures:
            file, name = self._file(token), token.rpartition(":")[2]
            result = f"{name[0].upper()}{name[1:]}Result"
            inputs = self._arguments(file, PurePosixPath(file).stem)
            self._signatures[token] = Signature(token, inputs, self.properties(file, result))
        return self._signatures[token]

    def _file(self, token: str) -> str:
        try:
            return self.source.index[token]
        except KeyError:
            raise KeyError(f"the installed {self.source.module} has no {token}") from None

    def properties(self, file: str, name: str) -> Mapping[str, Property]:
        """The properties of a class by wire name."""
        key = (file, name)
        if key not in self._classes:
            self._classes[key] = self._read(file, name)
        return self._classes[key]

    def _read(self, file: str, name: str) -> Mapping[str, Property]:
        source = self.source.cut(file, f"class {name}:") or self.source.cut(file, f"class {name}(")
        if not source:
            return {}
        body = ast.parse(source).body[0]
        assert isinstance(body, ast.ClassDef)
        required_names = _required_names(body)
        properties: dict[str, Property] = {}
        for node in body.body:
            wire = _wire_name(node)
            if wire is None or not isinstance(node, ast.FunctionDef) or node.returns is None:
                continue
            required = node.name in required_names if name.endswith("Args") else not _is_optional(node.returns)
            properties[wire] = Property(node.name, self._type(node.returns, file), required)
        return properties

    def _arguments(self, file: str, name: str) -> Mapping[str, Property]:
        """A function's arguments, from its `_output` form: the plain form makes all of them optional."""
        source = self.source.cut(file, f"def {name}_output(")
        if not source:
            return {}
        body = ast.parse(source).body[0]
        assert isinstance(body, ast.FunctionDef)
        wires = {}
        for node in ast.walk(body):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                key = node.targets[0].slice
                if isinstance(key, ast.Constant) and isinstance(node.value, ast.Name):
                    wires[node.value.id] = str(key.value)
        arguments = {}
        for argument in body.args.args:
            if argument.arg in wires and argument.annotation is not None:
                kind = self._type(argument.annotation, file)
                required = not _is_optional_argument(argument.annotation)
                arguments[wires[argument.arg]] = Property(argument.arg, kind, required)
        return arguments

    def _type(self, node: ast.expr, file: str) -> PropertyType:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._type(ast.parse(node.value, mode="eval").body, file)
        if isinstance(node, ast.Subscript):
            return self._generic(_last(node.value), node.slice, file)
        name = _last(node)
        if name in _PLAIN:
            return PropertyType(_PLAIN[name])
        return self._reference(node, name, file)

    def _generic(self, name: str, inner: ast.expr, file: str) -> PropertyType:
        if name in _TRANSPARENT:
            return self._type(inner, file)
        if name == "Sequence":
            return PropertyType("list", self._type(inner, file))
        if name == "Mapping" and isinstance(inner, ast.Tuple):
            return PropertyType("map", self._type(inner.elts[1], file))
        if name == "Union" and isinstance(inner, ast.Tuple):
            return _union([self._type(choice, file) for choice in inner.elts])
        return _ANY

    def _reference(self, node: ast.expr, name: str, file: str) -> PropertyType:
        folder = PurePosixPath(file).parent
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "outputs":
                return self._object(str(folder / "outputs.py"), name)
            # `_iam.PolicyStatementArgs` is in another module.
            return self._object(f"{node.value.id.strip('_')}/_inputs.py", name)
        if name.endswith("ArgsDict"):
            name = name.removesuffix("Dict")
        if name.endswith("Args"):
            return self._object(str(folder / "_inputs.py"), name)
        return self._enumeration(str(folder / "_enums.py"), name)

    def _enumeration(self, file: str, name: str) -> PropertyType:
        source = self.source.cut(file, f"class {name}(")
        if not source:
            return _ANY
        body = ast.parse(source).body[0]
        assert isinstance(body, ast.ClassDef)
        kind = next((_NUMBERS[text] for base in body.bases if (text := ast.unparse(base)) in _NUMBERS), "string")
        values = [node.value for node in body.body if isinstance(node, ast.Assign)]
        return PropertyType(kind, values=tuple(str(value.value) for value in values if isinstance(value, ast.Constant)))

    def _object(self, file: str, name: str) -> PropertyType:
        return PropertyType("object", file=file, name=name, sdk=self)


def _union(choices: list[PropertyType]) -> PropertyType:
    objects = list(dict.fromkeys(choice for choice in choices if choice.kind == "object"))
    if any(choice.kind == "string" for choice in choices):
        # An open enumeration is a string. A policy document may be either, and is stored as a string.
        return PropertyType("json") if objects else PropertyType("string")
    if len(objects) > 1:
        return PropertyType("union", choices=tuple(objects))
    return objects[0] if objects else choices[0]


def _required_names(body: ast.ClassDef) -> set[str]:
    """The constructor's keyword arguments without a default."""
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__" and not node.decorator_list:
            pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            return {argument.arg for argument, default in pairs if default is None}
    return set()


def _wire_name(node: ast.stmt) -> str | None:
    """The name in `@pulumi.getter(name="cidrBlock")`, or the Python name if they are equal."""
    if not isinstance(node, ast.FunctionDef):
        return None
    for decorator in node.decorator_list:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not (isinstance(call, ast.Attribute) and call.attr == "getter"):
            continue
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
        return node.name
    return None


def _is_optional_argument(node: ast.expr) -> bool:
    """Whether an argument of an `_output` function is optional: required ones have one Optional, others two."""
    inner = node.slice if isinstance(node, ast.Subscript) and _last(node.value) == "Input" else node
    return isinstance(inner, ast.Subscript) and _is_optional(inner) and _is_optional(inner.slice)


def _is_optional(node: ast.expr) -> bool:
    """Whether an annotation allows None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return False
    if isinstance(node, ast.Subscript):
        name = _last(node.value)
        return name == "Optional" or (name in {"Input", "Output"} and _is_optional(node.slice))
    return False


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
