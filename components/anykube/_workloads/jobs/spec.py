"""What runs and ends: once, or by the clock."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._workloads.pods.spec import WorkloadSpec


class JobFields(WorkloadSpec):
    """What Jobs have in common, however they begin."""

    deadline: Annotated[int, Field(ge=10, le=86400)] = 600
    """Seconds that it may take, with all its attempts, 10 to 86400."""
    retries: Annotated[int, Field(ge=0, le=100)] = 3
    """How often a pod that failed is replaced."""
    parallelism: Annotated[int, Field(ge=1, le=1000)] = 1
    """Pods at once."""
    completions: Annotated[int, Field(ge=1, le=100_000)] = 1
    """Pods that must succeed."""


class JobSpec(JobFields):
    """Runs once, and again when what it runs changes; `up` waits until it is done."""

    kind: Literal["job"] = "job"
    rerun: str = ""
    """Any text: another one runs it again."""


class CronJobSpec(JobFields):
    """Runs by the clock.

    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    """

    kind: Literal["cronjob"] = "cronjob"
    schedule: Annotated[str, Field(pattern=r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$")]
    """Five fields, such as `15 3 * * *`, or a word such as @daily."""
    time_zone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]+$")] = "Etc/UTC"
    """As the tz database has it, such as Europe/Berlin."""
    concurrency: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    """What happens when the last run goes on still."""
    start_within: Annotated[int, Field(ge=10, le=86400)] = 300
    """Seconds after its time until a run that could not begin is left out."""
    suspended: bool = False
