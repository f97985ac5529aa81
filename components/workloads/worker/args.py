"""What a program passes to `Worker`."""

from components.workloads.args import AppArgs
from components.workloads.worker.spec import WorkerSpec


class WorkerArgs(AppArgs, WorkerSpec):
    """The args of `Worker`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
