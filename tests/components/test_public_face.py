import subprocess
import sys

import anykube
import pytest
from anykube import _generate_dicts
from anykube._clouds.registry import definitions
from anykube._model import Model

NAMES = dir(anykube)
_FORBIDDEN = ("boto3", "botocore", "google.auth", "googleapiclient", "azure", "typer", "psutil", "rich", "httpx2")


@pytest.mark.parametrize("name", NAMES)
def test_public_names_exist(name: str) -> None:
    assert getattr(anykube, name) is not None


def test_exports_each_name_once() -> None:
    assert len(NAMES) == len(set(NAMES)) > 80


def test_components_have_args() -> None:
    names = [name for name in NAMES if name.endswith("Args")]
    assert len(names) == 14
    assert set(names) == {f"{name.removesuffix('Args')}Args" for name in names if hasattr(anykube, name[:-4])}


def test_nested_models_of_args_are_exported() -> None:
    models = _generate_dicts.models(_generate_dicts.arg_models())
    assert {name for name in models if getattr(anykube, name, None) is not models[name]} == set()


def test_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="WebServce"):
        anykube.WebServce  # type: ignore[attr-defined]  # noqa: B018


def test_typed_dicts_are_up_to_date() -> None:
    assert _generate_dicts.FILE.read_text(encoding="utf-8") == _generate_dicts.rendered()


def test_rejects_models_of_the_same_name() -> None:
    with pytest.raises(ValueError, match="have a Route"):
        _generate_dicts.models([anykube.Route, type("Route", (Model,), {"__module__": "other"})])


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_import_loads_no_modules() -> None:
    loaded = _modules_after("import anykube")
    assert "anykube" in loaded
    assert not {"pulumi", "pydantic", "anykube._workloads"} & loaded


def test_web_service_loads_no_cloud_sdk_or_cli() -> None:
    loaded = _modules_after("from anykube import WebService")
    assert "anykube._workloads.web.component" in loaded
    cloud_modules = {cloud.component.partition(":")[0] for cloud in definitions().values()}
    clusters = ("pulumi_", "anykube._clusters.local.cluster", "anykube._clusters.existing")
    assert not {module for module in loaded if module.startswith(clusters) or module in cloud_modules}
    # pulumi itself imports psutil.
    assert not loaded & set(_FORBIDDEN) - _modules_after("import pulumi")
