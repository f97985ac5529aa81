"""The message and the exit code of a failed command."""

import os
import sys
import traceback

from anykube.settings import env_secrets
from anykube.settings.problems import SettingsError

from anykube_cli.ci.changed import GitError
from anykube_cli.ci.forge import ForgeError
from anykube_cli.ci.login import LoginError
from anykube_cli.ci.redact import hidden
from anykube_cli.engine import EngineError
from anykube_cli.key_rotation import RotationError
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.live import UnreachableError
from anykube_cli.migration import MigrationError
from anykube_cli.recovery import LockedError
from anykube_cli.revisions import RevisionError
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_service.store import MovedError
from anykube_cli.toolchain.bootstrap import BootstrapError
from anykube_cli.toolchain.build import BuildError
from anykube_cli.toolchain.simulation import ForeignStateError

DEBUG = "ANYKUBE_DEBUG"
"""The environment variable that adds the traceback to an unexpected error."""

_ARGUMENTS = (
    RevisionError,
    ForeignStateError,
    GitError,
    ForgeError,
    LoginError,
    BackendError,
    MigrationError,
    MovedError,
    RotationError,
)
"""Exit code 2: nothing was changed, and the same command would fail again. Their texts lack the full stop."""
_FAILURES = (LockedError, BootstrapError)
"""Exit code 1. Their texts lack the full stop."""
_COMPLETE = (EngineError, UnreachableError, SandboxError, BuildError, SettingsError)
"""Their texts are printed as they are. Exit code 1; for invalid settings 2."""


def report(error: Exception) -> int:
    """Prints the message on standard error, without secrets, and returns the exit code."""
    hidden.learn(env_secrets.values())
    print(hidden(_text(error)), file=sys.stderr)
    return 2 if isinstance(error, (*_ARGUMENTS, SettingsError)) else 1


def _text(error: Exception) -> str:
    if isinstance(error, (*_ARGUMENTS, *_FAILURES)):
        return f"{error}."
    if isinstance(error, _COMPLETE):
        return str(error)
    if os.environ.get(DEBUG):
        return "".join(traceback.format_exception(error))
    return f"anykube failed: {type(error).__name__}: {error}. Set {DEBUG}=1 to see the traceback."
