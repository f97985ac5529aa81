"""What the command reads of a stack without running Pulumi."""

from pathlib import Path

import pytest
from anykube_cli.engine import Engine
from anykube_cli.state_service import client
from anykube_cli.toolchain import home


def test_reads_the_keys_of_project_and_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("{name: shop, stackConfigDir: stacks, config: {'shop:region': {value: a}}}")
    engine = Engine("prod", {}, tmp_path)
    assert engine.config_keys() == {"region"}
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text("{encryptionsalt: a, config: {'shop:token': {secure: b}}}")
    assert engine.config_keys() == {"region", "token"}


def test_sees_a_deployment_that_another_process_changed(tmp_path: Path) -> None:
    """The deployment is kept in memory between the steps of a command, until the state changes."""
    engine = Engine("local", {}, tmp_path, tmp_path)
    assert engine.deployment() == {}
    state = engine.stacks.stack(client.project(), "local")
    state.create({})
    for names in (["a"], ["a", "b"], ["b"]):
        state.import_state(
            {"version": 3, "deployment": {"resources": [{"urn": name, "type": "a:b:C"} for name in names]}}
        )
        assert [resource["urn"] for resource in engine.deployment()["resources"]] == names
        assert engine.deployment() is engine.deployment()


def test_the_backend_has_the_login_of_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key Vault and blob storage read AZURE_ variables, where Azure's provider reads ARM_ ones."""
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ARM_CLIENT_ID", "deployer")
    monkeypatch.setenv("ARM_CLIENT_SECRET", "s3cret")
    monkeypatch.setenv("ARM_TENANT_ID", "acme")
    monkeypatch.setenv("AZURE_TENANT_ID", "chosen")
    environment = Engine.for_stack("azure-dev").environment
    assert (environment["AZURE_CLIENT_ID"], environment["AZURE_CLIENT_SECRET"]) == ("deployer", "s3cret")
    assert environment["AZURE_TENANT_ID"] == "chosen"
    assert "s3cret" not in home.render_exports(home.variables())
