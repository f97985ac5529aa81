"""What a program passes to `Job` and `CronJob`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec


class JobArgs(AppArgs, JobSpec):
    """The args of `Job`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""


class CronJobArgs(AppArgs, CronJobSpec):
    """The args of `CronJob`: the fields of a settings file, and `cluster`, `namespace` and `transforms`."""
