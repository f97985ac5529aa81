"""What runs and ends."""

from anykube_policies.kubernetes import Object
from anykube_policies.pods.subjects import left_out, owners
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, each

_REPLACED = "pulumi.com/replaceUnready"
_SHORTEST = 10
"""Seconds: the controller looks at its CronJobs that often, and misses what may start only between two looks.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
"""


def ttl(job: Object) -> str | None:
    """Leaves no Job behind that has ended: one that failed is in the way of the next run.

    Either Kubernetes clears it away after `ttlSecondsAfterFinished`, or Pulumi does, once it is annotated with
    `pulumi.com/replaceUnready`: that runs a failed one again, and keeps one that is done, which a refresh would miss
    and run a second time.
    https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
    https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
    """
    if job.is_patch or job.fields.at("spec.ttlSecondsAfterFinished").given:
        return None
    return None if job.annotations[_REPLACED].text == "true" else "stays when it has ended"


def deadline(job: Object) -> str | None:
    """Starts no run long after its time: after an outage all that was missed would begin at once.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
    """
    asked = job.fields.at("spec.startingDeadlineSeconds")
    if left_out(job, asked):
        return None
    seconds = asked.number
    if seconds is None:
        return "has no startingDeadlineSeconds"
    return f"may start only {seconds:.0f} s late, and is looked at every 10 s" if seconds < _SHORTEST else None


RULES = (
    ResourceRule(
        name="pod-job-ttl",
        title="A Job that has ended is cleared away",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy='set `ttlSecondsAfterFinished`, or annotate it with `pulumi.com/replaceUnready: "true"`',
        judge=each(owners("Job"), ttl),
    ),
    ResourceRule(
        name="pod-cron-job-deadline",
        title="A CronJob has a starting deadline",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="set `startingDeadlineSeconds` to 10 or more",
        judge=each(owners("CronJob"), deadline),
    ),
)
