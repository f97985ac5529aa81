"""Rules for Jobs and CronJobs."""

from anykube_policies.kubernetes import KubernetesObject
from anykube_policies.pods.subjects import owners, unset_in_patch
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, for_each

_REPLACE_UNREADY = "pulumi.com/replaceUnready"
_MIN_DEADLINE = 10
"""Seconds. The controller checks CronJobs at this interval, and misses runs whose deadline is shorter.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
"""


def ttl(job: KubernetesObject) -> str | None:
    """A finished Job does not stay: a failed one blocks the next run.

    Kubernetes deletes it after `ttlSecondsAfterFinished`. With the annotation `pulumi.com/replaceUnready`, Pulumi
    replaces a failed Job instead and keeps a successful one. (If Kubernetes deleted that, a refresh would miss it, and
    the next update would run it a second time.)
    https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
    https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
    """
    if job.is_patch or job.fields.get("spec.ttlSecondsAfterFinished").is_set:
        return None
    return None if job.annotations[_REPLACE_UNREADY].text == "true" else "is not deleted after it finishes"


def deadline(job: KubernetesObject) -> str | None:
    """A CronJob skips runs that are too late. Otherwise missed runs would all start after an outage.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
    """
    value = job.fields.get("spec.startingDeadlineSeconds")
    if unset_in_patch(job, value):
        return None
    seconds = value.number
    if seconds is None:
        return "has no startingDeadlineSeconds"
    return f"can miss runs: startingDeadlineSeconds is {seconds:.0f}, below 10" if seconds < _MIN_DEADLINE else None


RULES = (
    ResourceRule(
        name="pod-job-ttl",
        title="A finished Job is deleted or replaced",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy='set `ttlSecondsAfterFinished`, or add the annotation `pulumi.com/replaceUnready: "true"`',
        evaluate=for_each(owners("Job"), ttl),
    ),
    ResourceRule(
        name="pod-cron-job-deadline",
        title="A CronJob has a starting deadline",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="set `startingDeadlineSeconds` to 10 or more",
        evaluate=for_each(owners("CronJob"), deadline),
    ),
)
