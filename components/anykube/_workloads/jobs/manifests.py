"""From the spec of a Job to plain Kubernetes manifests."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.jobs.spec import CronJobSpec, JobFields, JobSpec
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.names import refuse_impossible
from anykube._workloads.parts import Part
from anykube._workloads.pods.parts import needed
from anykube._workloads.pods.secrets import refuse_unresolved
from anykube._workloads.pods.template import Pods, pod_template

_GRACE_SECONDS = 60
"""For scheduling, and for the news of the end, beside the Job's own deadline."""
_REPLACE_FAILED = {"pulumi.com/replaceUnready": "true"}
"""A Job that failed runs again at the next `up`; otherwise Pulumi would wait for it for ever."""


def job(app: str, namespace: str, spec: JobSpec, context: ClusterContext) -> list[Part]:
    """The objects of a Job. Its name is `APP-HASH`, by what it runs, since a Job never changes.

    A changed secret alone does not run it again. Raises pulumi.RunError where its name is impossible or a secret is
    unresolved.
    """
    template = _template("Job", app, namespace, spec, context)
    run: dict[str, Any] = _job_spec(spec, template)
    manifest: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": _hashed(app, {"rerun": spec.rerun, **run}),
            "namespace": namespace,
            "labels": {**selector(app), **MANAGED_BY},
            "annotations": _REPLACE_FAILED,
        },
        "spec": run,
    }
    return [*needed(app, namespace, spec), Part("job", manifest, "workload", spec.deadline + _GRACE_SECONDS)]


def cron_job(app: str, namespace: str, spec: CronJobSpec, context: ClusterContext) -> list[Part]:
    """The objects of a CronJob. Nobody waits for its runs."""
    template = _template("CronJob", app, namespace, spec, context)
    manifest: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata(app, namespace),
        "spec": {
            "schedule": spec.schedule,
            "timeZone": spec.time_zone,
            "concurrencyPolicy": spec.concurrency,
            "startingDeadlineSeconds": spec.start_within,
            "suspend": spec.suspended,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": {**selector(app), **MANAGED_BY}},
                "spec": _job_spec(spec, template),
            },
        },
    }
    return [*needed(app, namespace, spec), Part("cron-job", manifest, "workload")]


def _template(kind: str, app: str, namespace: str, spec: JobFields, context: ClusterContext) -> Mapping[str, Any]:
    refuse_impossible(kind, app)
    refuse_unresolved(kind, app, spec)
    # A pod that failed stays, with its logs, and another one takes its place.
    return pod_template(app, namespace, spec, Pods(restart="Never", rolls=False), context)


def _job_spec(spec: JobFields, template: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "activeDeadlineSeconds": spec.deadline,
        "backoffLimit": spec.retries,
        "parallelism": spec.parallelism,
        "completions": spec.completions,
        "template": template,
    }


def _hashed(app: str, content: Mapping[str, Any]) -> str | pulumi.Output[str]:
    """The name with eight hexadecimal digits of the content; an output where something in it is."""

    def name(plain: object) -> str:
        return f"{app}-{hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:8]}"

    try:
        return name(content)
    except TypeError:
        return pulumi.Output.from_input(content).apply(name)
