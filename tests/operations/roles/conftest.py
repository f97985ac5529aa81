"""A simulated account for each test, and an environment without anybody's credentials."""

from tests.operations.backends.aws.conftest import account, nobodys

__all__ = ["account", "nobodys"]
