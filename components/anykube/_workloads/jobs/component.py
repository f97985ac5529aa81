"""Jobs as Pulumi components."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.jobs.args import CronJobArgs, JobArgs
from anykube._workloads.jobs.manifests import cron_job, job

if TYPE_CHECKING:
    from anykube.dicts import CronJobArgsDict, JobArgsDict


class Job(SpecifiedWorkload):
    """Runs once, and again when what it runs changes.

    Example: `Job("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `JobArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
    """

    kind = "Job"
    model = JobArgs
    manifests = staticmethod(job)

    def __init__(self, name: str, args: "JobArgs | JobArgsDict", opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)


class CronJob(SpecifiedWorkload):
    """Runs by the clock.

    Example: `CronJob("app", {"cluster": cluster, "image": "registry.example/app:1.0.0", "schedule": "@daily"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `CronJobArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. A Kubernetes provider among them takes the place of the cluster's.
    :raises pulumi.RunError: before anything is registered, for args that cannot be rendered.
    """

    kind = "CronJob"
    model = CronJobArgs
    manifests = staticmethod(cron_job)

    def __init__(
        self, name: str, args: "CronJobArgs | CronJobArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
