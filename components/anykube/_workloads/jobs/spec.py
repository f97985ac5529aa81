"""Settings of jobs and cron jobs."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import CheckedModel, Seq, example
from anykube._names import LabelKey
from anykube._rules.standalone import failure_rule
from anykube._workloads.jobs.schedule import UTC, Schedule, TimeZone
from anykube._workloads.pods.spec import WorkloadSpec


class FailureRule(CheckedModel, json_schema_extra=example(exit_codes=[42], action="FailJob")):
    """What to do when a pod fails. Exactly one of `exit_codes`,
    `except_exit_codes` and `condition` is required.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
    """

    rules = (failure_rule,)

    action: Literal["FailJob", "FailIndex", "Ignore", "Count"]
    """`FailJob`: the run fails at once. `FailIndex`: the pod's index fails, with `retries_per_index`. `Ignore`: the pod
    is replaced and not counted. `Count`: the pod is replaced and counted."""
    exit_codes: Annotated[Seq[Annotated[int, Field(ge=1, le=255)]], Field(max_length=255, examples=[[42]])] = ()
    """Exit codes of the app's main container, 1 to 255."""
    except_exit_codes: Annotated[Seq[Annotated[int, Field(ge=0, le=255)]], Field(max_length=255, examples=[[1]])] = ()
    """Exit codes of the app's main container for which the rule does not apply, 0 to 255: it does for all others."""
    condition: Annotated[LabelKey | None, Field(examples=["DisruptionTarget"])] = None
    """Condition of the pod with the status True. `DisruptionTarget`: it was evicted, preempted or deleted."""


class JobFields(WorkloadSpec):
    """Settings that jobs and cron jobs share."""

    deadline: Annotated[int, Field(ge=10, le=86400, examples=[3600])] = 600
    """Seconds that a run may take including retries, 10 to 86400."""
    retries: Annotated[int, Field(ge=0, le=100, examples=[0])] = 3
    """How often a failed pod is replaced, 0 to 100."""
    parallelism: Annotated[int, Field(ge=1, le=1000, examples=[4])] = 1
    """Maximum number of pods that run at once, 1 to 1000."""
    completions: Annotated[int, Field(ge=1, le=100_000, examples=[20])] = 1
    """Number of pods that must succeed, 1 to 100000."""
    indexed: bool = False
    """Whether each pod that must succeed has an index, from 0 to `completions` - 1, in the variable
    JOB_COMPLETION_INDEX and as the end of its host name.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
    """
    retries_per_index: Annotated[int, Field(ge=0, le=100, examples=[2])] | None = None
    """How often a failed pod of each index is replaced, 0 to 100, in place of `retries`; other indexes go on. Requires
    `indexed`. Default: `retries` for all pods together."""
    max_failed_indexes: Annotated[int, Field(ge=0, le=100_000, examples=[5])] | None = None
    """Number of failed indexes above which the run stops at once, 0 to 100000. Requires `retries_per_index`.
    Default: all indexes run."""
    on_failure: Annotated[Seq[FailureRule], Field(max_length=20)] = ()
    """What to do when a pod fails, by its exit code or its condition: the first rule that matches, at most 20. Default:
    the pod is replaced, up to `retries`."""
    ttl_seconds: Annotated[int, Field(ge=0, le=2_147_483_647, examples=[86400])] | None = None
    """Seconds after which a finished run is deleted with its pods and their logs, 0 to 2147483647. Default: it is
    kept until a later run takes its place."""


class JobSpec(
    JobFields,
    json_schema_extra=example(kind="job", image="registry.example/shop:1.4.0", command=["npm", "run", "migrate"]),
):
    """A Job that runs once, and again when its pods' settings change. `anykube up` waits for it to finish."""

    kind: Literal["job"] = "job"
    """`job`: runs once."""
    rerun: Annotated[str, Field(examples=["2026-11-28"])] = ""
    """Any text. Change it to run the job again."""


class CronJobSpec(
    JobFields, json_schema_extra=example(kind="cronjob", image="registry.example/backup:1.4.0", schedule="15 3 * * *")
):
    """A CronJob, which runs on a schedule.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    """

    kind: Literal["cronjob"] = "cronjob"
    """`cronjob`: runs on a schedule."""
    schedule: Schedule
    """Schedule in cron syntax: five fields (minute, hour, day of the month, month, day of the week), a macro such as
    @daily, or `@every 90m`."""
    time_zone: TimeZone = UTC
    """Time zone of the schedule, by its name in the tz database."""
    concurrency: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    """What happens if the previous run has not finished. `Allow`: both run. `Forbid`: the new run is skipped.
    `Replace`: the previous run is stopped."""
    start_within: Annotated[int, Field(ge=10, le=86400, examples=[600])] = 300
    """Seconds after the scheduled time within which a run may start, 10 to 86400. Later, the run is skipped."""
    suspended: bool = False
    """Whether no further runs start."""
    keep_succeeded: Annotated[int, Field(ge=0, le=1000, examples=[1])] = 3
    """Number of finished runs that are kept with their logs, 0 to 1000."""
    keep_failed: Annotated[int, Field(ge=0, le=1000, examples=[10])] = 3
    """Number of failed runs that are kept with their logs, 0 to 1000."""
