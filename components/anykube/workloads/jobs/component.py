"""Jobs as Pulumi components."""

from anykube.workloads.component import SpecifiedWorkload
from anykube.workloads.jobs.manifests import cron_job, job
from anykube.workloads.jobs.spec import CronJobSpec, JobSpec


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
