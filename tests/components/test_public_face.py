import subprocess
import sys

import anykube
import pytest


@pytest.mark.parametrize("name", anykube.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(anykube, name) is not None


def test_table_of_names_is_whole() -> None:
    assert sorted(anykube.__all__) == sorted(anykube._HOME_OF)
    assert dir(anykube) == sorted(anykube.__all__)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'anykube' has no attribute 'WebServce'"):
        anykube.WebServce  # noqa: B018


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_import_alone_loads_nothing() -> None:
    loaded = _modules_after("import anykube")
    assert "anykube" in loaded
    assert not {"pulumi", "pydantic", "anykube.workloads"} & loaded


def test_web_service_loads_no_provider_sdk_and_no_cluster() -> None:
    loaded = _modules_after("from anykube import WebService")
    assert "anykube.workloads.web.component" in loaded
    assert not {name for name in loaded if name.startswith(("pulumi_", "anykube.clusters"))}
