"""Variables in Compose files: `$NAME`, `${NAME:-default}` and the other forms.

https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anykube_cli.importing.reading import ImportingError

_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_OPERATORS = (":-", ":+", ":?", "-", "+", "?")


@dataclass
class Interpolation:
    """Replaces variables by their values."""

    values: Mapping[str, str]
    missing: set[str] = field(default_factory=set)
    """Variables without a value and without a default."""

    def apply(self, value: Any) -> Any:
        """The value with all variables replaced in all texts in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.apply(child) for key, child in value.items()}
        return [self.apply(child) for child in value] if isinstance(value, list) else value

    def text(self, text: str) -> str:
        """The text with all variables replaced. `$$` is a dollar sign."""
        result, position = "", 0
        while (start := text.find("$", position)) >= 0:
            result += text[position:start]
            following = text[start + 1 : start + 2]
            if following == "$":
                result, position = f"{result}$", start + 2
            elif following == "{":
                end = _closing(text, start + 2)
                result, position = result + self._expression(text[start + 2 : end]), end + 1
            elif match := _NAME.match(text, start + 1):
                result, position = result + self._value(match[0]), match.end()
            else:
                raise ImportingError(f"invalid variable in {text!r}. Write $$ for a dollar sign")
        return result + text[position:]

    def _expression(self, expression: str) -> str:
        match = _NAME.match(expression)
        if not match:
            raise ImportingError(f"invalid variable ${{{expression}}}")
        name, rest = match[0], expression[match.end() :]
        operator = next((operator for operator in _OPERATORS if rest.startswith(operator)), None)
        if operator is None:
            if rest:
                raise ImportingError(f"invalid variable ${{{expression}}}")
            return self._value(name)
        argument, value = rest[len(operator) :], self.values.get(name)
        is_set = value is not None and (value != "" or not operator.startswith(":"))
        if operator.endswith("+"):
            return self.text(argument) if is_set else ""
        if is_set:
            return value or ""
        return self.text(argument) if operator.endswith("-") else self._value(name)

    def _value(self, name: str) -> str:
        if name not in self.values:
            self.missing.add(name)
        return self.values.get(name, "")


def _closing(text: str, start: int) -> int:
    depth = 1
    for position in range(start, len(text)):
        depth += text.startswith("${", position) - (text[position] == "}")
        if depth == 0:
            return position
    raise ImportingError(f"a variable in {text!r} has no closing brace")


def environment_file(text: str) -> dict[str, str]:
    """The variables of an env file: lines `NAME=value`, perhaps quoted, and comments."""
    result: dict[str, str] = {}
    for line in text.splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            result[name.strip()] = value[1:-1] if quoted else re.sub(r"\s+#.*", "", value)
    return result
