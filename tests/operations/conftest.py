"""An API server for the tests that read clusters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.api_server import ApiServer, serve


@pytest.fixture
def api_server(tmp_path: Path) -> Iterator[ApiServer]:
    with serve(tmp_path) as server:
        yield server
