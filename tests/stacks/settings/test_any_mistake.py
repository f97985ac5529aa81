"""One field of any valid app is spoilt, and the answer names it."""

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
    """Everything in a document, with where it stands; a mapping stands for a key that is too many, too."""
    if isinstance(value, dict):
        yield (*path, "no_such_field"), None
        inner = list(value.items())
    else:
        inner = list(enumerate(value)) if isinstance(value, list) else []
        yield path, value
    for key, one in inner:
        yield from places(one, (*path, key))


def spoilt(value: Any) -> list[Any]:
    """What cannot stand where the value does. Text can be anything, but no mapping."""
    return [NONSENSE, -1] if isinstance(value, int) and not isinstance(value, bool) else [NONSENSE]


@pytest.mark.parametrize("kind", RENDER, ids=lambda kind: kind.__name__)
@few
@given(data=st.data())
def test_the_answer_names_the_field(kind: type[AppSpec], data: st.DataObject) -> None:
    spec: Any = data.draw(specs(kind))
    app = {"kind": spec.kind, **spec.model_dump(mode="json", exclude_defaults=True, by_alias=True)}
    page: dict[str, Any] = {"cluster": CLUSTER, "apps": {"shop": app}}
    path, value = data.draw(st.sampled_from([one for one in places(app) if one[0] != ("kind",)]))
    wrong = deepcopy(page)
    at = wrong["apps"]["shop"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = data.draw(st.sampled_from(spoilt(value)))

    field = dotted(("apps", "shop", *path))
    told = problems(wrong) - problems(page)
    assert [one for one, _ in told if one == field or one.startswith((f"{field}.", f"{field}["))], (field, told)


def problems(page: dict[str, Any]) -> set[tuple[str, str]]:
    """What is wrong with a page, and where. A valid app may still not fit into this one."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.yaml").write_text(yaml.safe_dump(page), encoding="utf-8")
        try:
            load("page", Path(folder))
        except SettingsError as wrong:
            return {(one.path, one.message) for one in wrong.problems}
    return set()
