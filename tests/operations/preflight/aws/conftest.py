"""A simulated account for each test, and an environment without credentials."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.operations.preflight.aws.account import REGION, Account, mock_aws

_current: list[Account] = []


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides this machine's credentials, profiles and metadata service."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # 1000 images that no test needs
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


@pytest.fixture(scope="session")
def session() -> Any:
    """One session for all tests, because loading its service models is slow."""
    session = boto3.Session("key", "secret", region_name=REGION)

    def remember(params: Any, context: Any, **_: Any) -> None:
        context["arguments"] = dict(params)

    def reply(model: Any, context: Any, **_: Any) -> Any:
        return _current[-1].reply(model, context)

    session.events.register("before-parameter-build", remember)
    session.events.register("before-call", reply)
    return session


@pytest.fixture
def account(session: Any) -> Iterator[Account]:
    with mock_aws():
        _current.append(Account(session))
        yield _current[-1]
        _current.clear()
