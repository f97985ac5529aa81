"""The registry of clouds, and the consistency of their definitions."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
from anykube._clouds import registry
from anykube._clouds.definition import CloudDefinition, Reference, resolve
from anykube._clouds.entry_points import GROUP
from anykube._clouds.registry import definitions

_LAZY = """
import sys
from anykube._clouds.registry import definitions
print(*definitions())
sdks = {"azure", "boto3", "google.auth", "pulumi_aws", "pulumi_azure_native", "pulumi_gcp"}
print(*sorted(sdks & set(sys.modules)))
"""


def _references(definition: CloudDefinition) -> list[Reference]:
    backend, preflight = definition.state_backend, definition.preflight
    optional = (definition.component, definition.checks, definition.sweep, definition.roles, definition.login)
    references = [
        *definition.rules,
        *(reference for reference in optional if reference),
        preflight.plan,
        preflight.check,
        *([preflight.explain] if preflight.explain else []),
    ]
    references += [backend.account, backend.files] if backend else []
    references += [definition.secret_manager.read] if definition.secret_manager else []
    return [*references, definition.rehearsal.cloud] if definition.rehearsal else references


@pytest.mark.slow
@pytest.mark.parametrize("definition", definitions().values(), ids=definitions())
def test_references_of_definitions_exist(definition: CloudDefinition) -> None:
    assert all(resolve(reference) is not None for reference in _references(definition))


@pytest.mark.parametrize("definition", definitions().values(), ids=definitions())
def test_definitions_are_consistent(definition: CloudDefinition) -> None:
    assert definition.model.model_fields["cloud"].annotation.__args__ == (definition.name,)  # type: ignore[union-attr]
    assert definition.facts.section in definition.model.model_fields
    assert definition.facts.section in definition.pool.model_fields
    assert set(definition.ingress) == set(definition.load_balancers) == {"standard", "managed"}


def test_clouds_are_ordered_and_import_no_sdk() -> None:
    process = subprocess.run([sys.executable, "-c", _LAZY], capture_output=True, text=True, check=True)
    names, sdks = process.stdout.splitlines()
    assert names == "aws gcp azure"
    assert sdks == ""


def test_rejects_an_entry_point_with_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    entry_point = EntryPoint("amazon", "anykube._clusters.eks.definition:DEFINITION", GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda: iter([entry_point]))
    with pytest.raises(
        ValueError, match=r"entry point amazon of anykube.clouds defines the cloud aws; the names must be equal"
    ):
        definitions.__wrapped__()
