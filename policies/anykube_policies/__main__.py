"""What the engine runs as a policy pack. PolicyPack serves the rules and never returns."""

import sys
from pathlib import Path

# The engine runs this folder as a program, with it in front of the path: its modules go by `policies.…` alone.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

from pulumi_policy import PolicyPack  # noqa: E402
from pulumi_policy import policy as sdk  # noqa: E402

from anykube_policies.pack import Pack  # noqa: E402
from anykube_policies.servicer import Servicer  # noqa: E402
from anykube_policies.table import RULES  # noqa: E402

sdk._PolicyAnalyzerServicer = Servicer  # type: ignore[assignment, misc]
PolicyPack("anykube", Pack(RULES).policies)
