"""What the command reads of a stack without running Pulumi."""

from pathlib import Path

from anykube_cli.engine import Engine


def test_reads_the_keys_of_project_and_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("{name: shop, stackConfigDir: stacks, config: {'shop:region': {value: a}}}")
    engine = Engine("prod", {}, tmp_path)
    assert engine.config_keys() == {"region"}
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text("{encryptionsalt: a, config: {'shop:token': {secure: b}}}")
    assert engine.config_keys() == {"region", "token"}
