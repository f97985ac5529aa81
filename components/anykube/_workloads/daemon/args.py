"""Arguments of `DaemonService`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.daemon.spec import DaemonServiceSpec


class DaemonServiceArgs(AppArgs, DaemonServiceSpec):
    """Arguments of `DaemonService`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
