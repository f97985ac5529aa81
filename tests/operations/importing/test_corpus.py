"""Every field of generated manifests is in the rendered settings, or named in the report.

tests/e2e/test_imports.py has more of them, and judges the report by an API server.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from anykube.settings.tree import parse
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.paths import MISSING
from anykube_cli.importing.reading import Document
from anykube_cli.importing.report import as_json
from anykube_cli.importing.result import Result, import_objects
from anykube_cli.importing.writing import settings_text
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.operations.importing.manifests import KINDS, Manifest, manifests
from tests.operations.importing.unreported import unreported

_QUICKLY: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
"""Without shrinking, which takes minutes: the examples are small enough to read."""
_SECRETS = ("s3cr3t-value", "s3cr3t-user")


def _import(objects: list[Manifest], *, patches: bool = False) -> Result:
    documents = [Document("app.yaml", number, data) for number, data in enumerate(objects, 1)]
    return import_objects(documents, "local", patches=patches)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("patches", [False, True], ids=["settings", "patches"])
def test_each_field_is_expressed_or_named(kind: str, patches: bool) -> None:
    @settings(max_examples=12, **_QUICKLY)
    @given(manifests(kind))
    def check(objects: list[Manifest]) -> None:
        result = _import(objects, patches=patches)
        assert unreported(objects, result.entries) == []
        for entry in result.not_expressed:
            assert entry.note, entry

    check()


@settings(max_examples=30, **_QUICKLY)
@given(st.sampled_from(KINDS).flatmap(manifests), st.booleans())
def test_no_secret_is_written_or_printed(objects: list[Manifest], patches: bool) -> None:
    result = _import(objects, patches=patches)
    text = settings_text(result.settings, ["app.yaml"], result.origins) + json.dumps(as_json(result), default=str)
    assert not any(secret in text for secret in _SECRETS)


@settings(max_examples=30, **_QUICKLY)
@given(st.sampled_from(KINDS).flatmap(manifests), st.booleans())
def test_the_file_reads_as_the_settings(objects: list[Manifest], patches: bool) -> None:
    result = _import(objects, patches=patches)
    source, problems = parse(settings_text(result.settings, ["app.yaml"], result.origins), "app.yaml")
    assert problems == []
    assert source.to_data() == json.loads(json.dumps(result.settings))


@settings(max_examples=30, **_QUICKLY)
@given(st.sampled_from(KINDS).flatmap(manifests))
def test_patches_express_more_and_lose_nothing(objects: list[Manifest]) -> None:
    """A patch never makes a field worse that the settings had expressed."""

    def expressed(entries: Sequence[Entry]) -> set[Any]:
        return {
            (entry.item.document.number, entry.path)
            for entry in entries
            if entry.value is not MISSING and entry.status is not Status.NOT_EXPRESSED
        }

    before, after = _import(objects), _import(objects, patches=True)
    assert expressed(before.entries) - expressed(after.entries) == set()
    assert len(after.not_expressed) <= len(before.not_expressed)
