import subprocess
import sys

import pytest

import components
from components.clouds.registry import definitions


@pytest.mark.parametrize("name", components.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(components, name) is not None


def test_table_of_names_is_whole() -> None:
    assert sorted(components.__all__) == sorted(components._HOME_OF)
    assert dir(components) == sorted(components.__all__)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'components' has no attribute 'WebServce'"):
        components.WebServce  # noqa: B018


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_import_alone_loads_nothing() -> None:
    loaded = _modules_after("import components")
    assert "components" in loaded
    assert not {"pulumi", "pydantic", "components.workloads"} & loaded


def test_web_service_loads_no_provider_sdk_and_no_cluster() -> None:
    loaded = _modules_after("from components import WebService")
    assert "components.workloads.web.component" in loaded
    clusters = ("pulumi_", "components.clusters.local.cluster", "components.clusters.existing")
    made = {cloud.component.partition(":")[0] for cloud in definitions().values()}
    assert not {name for name in loaded if name.startswith(clusters) or name in made}
