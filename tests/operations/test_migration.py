from pathlib import Path

import pytest
from anykube_cli.engine import Engine
from anykube_cli.migration import MigrationError, Target, migrate


@pytest.mark.parametrize("url", ["", "nonsense", "/srv/state", "ftp://host/state"])
def test_a_target_that_is_no_backend_is_refused(url: str, tmp_path: Path) -> None:
    source = Engine("dev", {"PULUMI_BACKEND_URL": tmp_path.as_uri()}, folder=tmp_path, home=tmp_path)
    with pytest.raises(MigrationError, match="name a backend as Pulumi does"):
        migrate(source, Target(url), print)


def test_the_variables_of_a_target_are_its_own() -> None:
    there = {"PULUMI_BACKEND_URL": "file:///old", "PULUMI_CONFIG_PASSPHRASE": "old", "PATH": "/bin"}
    found = Target("s3://state", passphrase=Path("/new")).environment(there)
    assert found == {
        "PULUMI_BACKEND_URL": "s3://state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/new",
        "PATH": "/bin",
    }
    assert "PULUMI_BACKEND_URL" not in Target("own").environment(there)
