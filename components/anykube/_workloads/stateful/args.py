"""What a program passes to `StatefulService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.stateful.spec import StatefulServiceSpec


class StatefulServiceArgs(AppArgs, StatefulServiceSpec):
    """The args of `StatefulService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
