"""A simulated account for each test, and an environment without credentials."""

from tests.operations.backends.aws.conftest import account
from tests.operations.preflight.aws.conftest import environment as no_credentials

__all__ = ["account", "no_credentials"]
