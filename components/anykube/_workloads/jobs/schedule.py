"""Cron schedules and time zones, as the API server validates them.

The API server parses schedules with robfig/cron: https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format.
Some texts that it accepts are rejected here, because no run would ever start or they surely mean something else.
"""

import re
import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from anykube._rules.wording import nearest

UTC = "Etc/UTC"
MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = re.compile(r"@every (?=.*[1-9])((\d+(\.\d*)?|\.\d+)(h|m|s|ms|us|µs|μs|ns))+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Unit(NamedTuple):
    """A field of a schedule."""

    name: str
    first: int
    last: int
    names: Mapping[str, int] = {}


_UNITS = (
    _Unit("minute", 0, 59),
    _Unit("hour", 0, 23),
    _Unit("day of the month", 1, 31),
    _Unit("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Unit("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)


def _schedule(value: str) -> str:
    if "TZ" in value:
        raise ValueError("write the time zone in time_zone, and only the five fields or a macro here")
    if value.startswith("@"):
        if value not in MACROS and not _EVERY.fullmatch(value):
            raise ValueError(f"must be one of {', '.join(MACROS)}, `@every 1h30m`, or five fields such as `15 3 * * *`")
        return value
    fields = value.split()
    if len(fields) != len(_UNITS):
        count = f"{len(fields)} field{'' if len(fields) == 1 else 's'}"
        units = ", ".join(unit.name for unit in _UNITS)
        raise ValueError(
            f"must have five fields ({units}), such as `15 3 * * *`, not {count}; or a macro such as @daily"
        )
    mistakes = list[str]()
    values = list[set[int]]()
    for field, unit in zip(fields, _UNITS, strict=True):
        try:
            values.append(_values(field, unit))
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("; ".join(mistakes))
    _, _, days, months, _ = values
    # With a restriction of both kinds of day, a run starts on the days of either of them.
    if _is_unrestricted(fields[4]) and not any(min(days) <= _LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(f"name a day that exists: no month of {fields[3]} {fields[4]} has the day {min(days)}")
    return value


def _is_unrestricted(field: str) -> bool:
    """Whether robfig/cron treats the field as `*`: a step makes it a restriction."""
    return any(part in ("*", "?", "*/1", "?/1") for part in field.split(","))


def _values(field: str, unit: _Unit) -> set[int]:
    """The numbers that a field stands for. Raises ValueError."""
    return {value for part in field.split(",") for value in _range(part, field, unit)}


def _range(part: str, field: str, unit: _Unit) -> range:
    match = re.fullmatch(r"(?:(\*|\?)|(\w+)(?:-(\w+))?)(?:/(\d+))?", part, re.ASCII)
    if not match:
        raise ValueError(f"write the {unit.name} as a number, a range such as 1-5, a list or *, instead of {field}")
    everything, low, high, step = match.groups()
    if everything:
        first, last = unit.first, unit.last
    else:
        first = _number(low, unit)
        last = _number(high, unit) if high else unit.last if step else first
    if first > last:
        raise ValueError(f"write the range {part} of the {unit.name} with the smaller number first")
    if step and int(step) == 0:
        raise ValueError(f"write a step of at least 1 for the {unit.name}, instead of {part}")
    return range(first, last + 1, int(step or 1))


def _number(text: str, unit: _Unit) -> int:
    number = unit.names.get(text.lower(), int(text) if text.isdigit() else -1)
    if not unit.first <= number <= unit.last:
        names = f" or {next(iter(unit.names))} to {list(unit.names)[-1]}" if unit.names else ""
        hint = " (Sunday is 0)" if text == "7" else ""
        raise ValueError(f"write the {unit.name} as {unit.first} to {unit.last}{names}, instead of {text}{hint}")
    return number


Schedule = Annotated[str, AfterValidator(_schedule), Field(examples=["15 3 * * *", "@daily"])]
"""A schedule in cron syntax."""


@cache
def _time_zones() -> frozenset[str]:
    # The API server has the whole tz database, which includes all of these.
    return frozenset(zoneinfo.available_timezones()) - {"localtime", "Factory"}


def _time_zone(value: str) -> str:
    if value != UTC and value not in _time_zones():
        similar = nearest(value, _time_zones())
        question = f"did you mean {similar}? It" if similar else "it"
        raise ValueError(f"{question} must be a name of the tz database, such as Europe/Berlin or Etc/UTC")
    return value


TimeZone = Annotated[str, AfterValidator(_time_zone), Field(examples=["Europe/Berlin"])]
"""A name of the tz database."""
