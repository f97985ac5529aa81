"""Settings of jobs and cron jobs."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import example
from anykube._workloads.jobs.schedule import UTC, Schedule, TimeZone
from anykube._workloads.pods.spec import WorkloadSpec


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
