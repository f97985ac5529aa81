"""Arguments of `Job` and `CronJob`."""

from anykube._workloads.args import AppArgs
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec


class JobArgs(AppArgs, JobSpec):
    """Arguments of `Job`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""


class CronJobArgs(AppArgs, CronJobSpec):
    """Arguments of `CronJob`: the fields of the settings, and `cluster`, `namespace` and `transforms`."""
