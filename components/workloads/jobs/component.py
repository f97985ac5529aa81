"""Jobs as Pulumi components."""

from components.workloads.component import SpecifiedWorkload
from components.workloads.jobs.manifests import cron_job, job
from components.workloads.jobs.spec import CronJobSpec, JobSpec


class Job(SpecifiedWorkload):
    """Runs once, and again when what it runs changes."""

    kind = "Job"
    model = JobSpec
    manifests = staticmethod(job)


class CronJob(SpecifiedWorkload):
    """Runs by the clock."""

    kind = "CronJob"
    model = CronJobSpec
    manifests = staticmethod(cron_job)
