"""What a program passes to `Worker`."""

from anykube.workloads.args import AppArgs
from anykube.workloads.worker.spec import WorkerSpec


class WorkerArgs(AppArgs, WorkerSpec):
    """The args of `Worker`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
