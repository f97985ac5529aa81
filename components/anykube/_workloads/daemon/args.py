"""What a program passes to `DaemonService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.daemon.spec import DaemonServiceSpec


class DaemonServiceArgs(AppArgs, DaemonServiceSpec):
    """The args of `DaemonService`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
