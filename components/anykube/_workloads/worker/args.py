"""Arguments of `Worker`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.worker.spec import WorkerSpec


class WorkerArgs(AppArgs, WorkerSpec):
    """Arguments of `Worker`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
