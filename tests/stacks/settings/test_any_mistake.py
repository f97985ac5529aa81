"""Any invalid field of a valid app is reported."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from anykube._rules.findings import ValuePath, dotted
from anykube._workloads.app import AppSpec
from anykube.settings.loader import load
from anykube.settings.problems import SettingsError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.components.workloads.rendering import RENDER
from tests.components.workloads.specs import specs

CLUSTER = {"cloud": "local", "pools": {"gpu": {"count": 1}}, "gateway_api": True}
NONSENSE = {"no": "such"}
few = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def places(value: Any, path: ValuePath = ()) -> Iterator[tuple[ValuePath, Any]]:
    """All values in a document with their paths, and a path with an unknown key for each mapping."""
    if isinstance(value, dict):
        yield (*path, "no_such_field"), None
        inner = list(value.items())
    else:
        inner = list(enumerate(value)) if isinstance(value, list) else []
        yield path, value
    for key, item in inner:
        yield from places(item, (*path, key))


def invalid_values(value: Any) -> list[Any]:
    """Values that are invalid in place of this one. Text can be anything except a mapping."""
    return [NONSENSE, -1] if isinstance(value, int) and not isinstance(value, bool) else [NONSENSE]


@pytest.mark.parametrize("kind", RENDER, ids=lambda kind: kind.__name__)
@few
@given(data=st.data())
def test_reports_the_changed_field(kind: type[AppSpec], data: st.DataObject) -> None:
    spec: Any = data.draw(specs(kind))
    app = {"kind": spec.kind, **spec.model_dump(mode="json", exclude_defaults=True, by_alias=True)}
    settings: dict[str, Any] = {"cluster": CLUSTER, "apps": {"shop": app}}
    path, value = data.draw(st.sampled_from([place for place in places(app) if place[0] != ("kind",)]))
    invalid = deepcopy(settings)
    parent = invalid["apps"]["shop"]
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = data.draw(st.sampled_from(invalid_values(value)))

    field = dotted(("apps", "shop", *path))
    added = problems(invalid) - problems(settings)
    assert any(path == field or path.startswith((f"{field}.", f"{field}[")) for path, _ in added), (field, added)


def problems(settings: dict[str, Any]) -> set[tuple[str, str]]:
    """Paths and messages of the problems. A valid app may still be invalid for this cluster."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        try:
            load("page", Path(folder))
        except SettingsError as error:
            return {(problem.path, problem.message) for problem in error.problems}
    return set()
