"""What a program passes to `DaemonService`."""

from components.workloads.args import AppArgs
from components.workloads.daemon.spec import DaemonServiceSpec


class DaemonServiceArgs(AppArgs, DaemonServiceSpec):
    """The args of `DaemonService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
