"""Arguments of `StatefulService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.stateful.spec import StatefulServiceSpec


class StatefulServiceArgs(AppArgs, StatefulServiceSpec):
    """Arguments of `StatefulService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
