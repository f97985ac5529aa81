"""An account of moto, and an engine with the AWS plugin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from anykube_rehearsal.aws.plugin.cloud import AWS
from moto.server import ThreadedMotoServer

from tests.rehearsal.cloud.engine import Engine


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A moto server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def engine(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine with the AWS plugin on moto's account."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("ANYKUBE_REHEARSAL", str(tmp_path))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "ANYKUBE_CHECKOUT"):
        monkeypatch.delenv(name, raising=False)
    engine = Engine(AWS, {"region": "eu-west-1"})
    engine.configure(defaultTags='{"tags": {"team": "platform"}}')
    return engine
