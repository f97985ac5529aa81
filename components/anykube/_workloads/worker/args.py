"""What a program passes to `Worker`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.worker.spec import WorkerSpec


class WorkerArgs(AppArgs, WorkerSpec):
    """The args of `Worker`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
