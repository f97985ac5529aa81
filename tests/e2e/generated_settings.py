"""Random settings that pass the check, for every kind of cluster and app."""

import re
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any

from anykube._rules.source import source_of
from anykube._workloads.unions import KINDS
from anykube.settings.combinations import COLUMNS, Column, minimal_settings
from anykube.settings.loader import validate
from anykube.settings.model import StackSettings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.components.workloads.specs import specs

NAMESPACE = "corpus"
_APPS = ("api", "shop")
_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
_MAX_REPAIRS = 8


def generated_settings(count: int) -> list[StackSettings]:
    """The same settings in every call of a process. Hypothesis also draws constants of the modules that are loaded."""
    valid = (_repaired(column, apps) for column, apps in _drawn(count + count // 10))
    return list(islice(filter(None, valid), count))


def _drawn(count: int) -> list[tuple[Column, dict[str, Any]]]:
    drawn: list[tuple[Column, dict[str, Any]]] = []
    kinds = st.sampled_from(list(KINDS.values())).flatmap(specs)

    @seed(1)
    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(COLUMNS), st.lists(kinds, min_size=1, max_size=len(_APPS)))
    def draw(column: Column, apps: list[Any]) -> None:
        drawn.append((column, dict(zip(_APPS, map(_as_data, apps), strict=False))))

    draw()
    return drawn


def _as_data(spec: Any) -> dict[str, Any]:
    """The fields as in a settings file, with names of apps that exist."""
    fields = spec.model_dump(mode="json", exclude_defaults=True, exclude_none=True, by_alias=True)
    for field in {"talks_to", "called_by"} & fields.keys():
        fields[field] = [peer if isinstance(peer, dict) else _APPS[0] for peer in fields[field]]
    for path in (path for route in fields.get("routes", ()) for path in route.get("paths", ())):
        for share, app in zip(path.get("split", ()), cycle(_APPS), strict=False):
            share["app"] = app
    return {"kind": spec.kind, **fields}


def _repaired(column: Column, apps: Mapping[str, Any]) -> StackSettings | None:
    """Settings without the values that the check rejects. None: too many are left."""
    minimal: Any = minimal_settings(column).to_data()
    cluster = minimal["cluster"]
    if column.pools:
        cluster["pools"] = {**cluster.get("pools", {}), "gpu": {"count": 1}}
    if column.cloud == "local":
        cluster["gateway_api"] = True
    data = {"cluster": cluster, "namespace": NAMESPACE, "apps": apps}
    for _ in range(_MAX_REPAIRS):
        result, problems = validate(source_of(data), "corpus")
        if not problems:
            return result
        for path in {problem.path for problem in problems}:
            _remove(data, list(_steps(path)))
    return None


def _steps(path: str) -> Iterator[str | int]:
    for quoted, index, name in _STEP.findall(path):
        yield int(index) if index else quoted or name


def _remove(value: Any, path: list[str | int]) -> bool:
    """Removes the value at the path, or what lacks it if the value is required. False: it is already removed."""
    step, *rest = path
    if step not in (range(len(value)) if isinstance(value, list) else value):
        return not rest
    if not rest or _remove(value[step], rest):
        del value[step]
    return False
