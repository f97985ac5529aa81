"""A simulated account for each test, and an environment without anybody's credentials."""

from tests.operations.backends.aws.conftest import account
from tests.operations.preflight.aws.conftest import environment as nobodys

__all__ = ["account", "nobodys"]
