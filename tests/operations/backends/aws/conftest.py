"""A simulated account for each test, and an environment without other credentials."""

from collections.abc import Iterator

import moto  # noqa: F401  # import before creating a client: moto patches botocore
import pytest
from moto import mock_aws

from tests.operations.backends.aws import kms_rules
from tests.operations.preflight.aws.conftest import environment as no_credentials  # noqa: F401


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, no_credentials: None) -> Iterator[None]:  # noqa: F811
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    kms_rules.apply(monkeypatch)
    with mock_aws():
        yield
