"""The targets of `anykube migrate`."""

from pathlib import Path

import pytest
from anykube_cli.engine import Engine
from anykube_cli.migration import MigrationError, Target, migrate


@pytest.mark.parametrize("url", ["", "nonsense", "/srv/state", "ftp://host/state"])
def test_rejects_an_url_that_is_no_backend(url: str, tmp_path: Path) -> None:
    source = Engine("dev", {"PULUMI_BACKEND_URL": tmp_path.as_uri()}, folder=tmp_path, home=tmp_path)
    with pytest.raises(MigrationError, match="is not the URL of a Pulumi backend"):
        migrate(source, Target(url), print)


def test_a_target_replaces_backend_and_passphrase() -> None:
    environment = {"PULUMI_BACKEND_URL": "file:///old", "PULUMI_CONFIG_PASSPHRASE": "old", "PATH": "/bin"}
    result = Target("s3://state", passphrase=Path("/new")).environment(environment)
    assert result == {
        "PULUMI_BACKEND_URL": "s3://state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/new",
        "PATH": "/bin",
    }
    assert "PULUMI_BACKEND_URL" not in Target("own").environment(environment)
