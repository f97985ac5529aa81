"""The components `Job` and `CronJob`."""

from typing import TYPE_CHECKING

import pulumi

from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.jobs.args import CronJobArgs, JobArgs
from anykube._workloads.jobs.manifests import cron_job, job

if TYPE_CHECKING:
    from anykube.dicts import CronJobArgsDict, JobArgsDict


class Job(SpecifiedWorkload):
    """Runs pods to completion, and again when the app changes.

    Example: `Job("app", {"cluster": cluster, "image": "registry.example/app:1.0.0"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `JobArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "Job"
    model = JobArgs
    manifests = staticmethod(job)

    def __init__(self, name: str, args: "JobArgs | JobArgsDict", opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)


class CronJob(SpecifiedWorkload):
    """Runs pods on a schedule.

    Example: `CronJob("app", {"cluster": cluster, "image": "registry.example/app:1.0.0", "schedule": "@daily"})`

    :param name: the name of the app and of its Kubernetes objects.
    :param args: `CronJobArgs`, or a dict with the same keys.
    :param opts: Pulumi resource options. A Kubernetes provider in them replaces the cluster's.
    :raises pulumi.RunError: if the args are invalid. Nothing has been registered then.
    """

    kind = "CronJob"
    model = CronJobArgs
    manifests = staticmethod(cron_job)

    def __init__(
        self, name: str, args: "CronJobArgs | CronJobArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, args, opts)
