"""Renders the manifests of Jobs and CronJobs."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.jobs.spec import CronJobSpec, FailureRule, JobFields, JobSpec
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.names import validate_app_name
from anykube._workloads.parts import ManifestPart
from anykube._workloads.pods.dependencies import pod_dependencies
from anykube._workloads.pods.secrets import reject_unresolved_secrets
from anykube._workloads.pods.template import PodOptions, pod_template

_TTL = "ttlSecondsAfterFinished"
"""It can change while a Job exists, so that a change does not run the Job again."""
_GRACE_SECONDS = 60
"""Time for scheduling and status updates, in addition to the Job's deadline."""
_REPLACE_FAILED = {"pulumi.com/replaceUnready": "true"}
"""The next `up` replaces a failed Job. Otherwise Pulumi would wait for it forever."""


def job(app: str, namespace: str, spec: JobSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of a Job. Its name is `APP-HASH`, with a hash of its spec, because Jobs are immutable.

    A changed secret value alone does not run it again. Raises pulumi.RunError for an invalid name or an unresolved
    secret.
    """
    template = _template("Job", app, namespace, spec, context)
    job_spec = _job_spec(app, spec, template)
    manifest: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": _hashed(app, {"rerun": spec.rerun, **{key: job_spec[key] for key in job_spec if key != _TTL}}),
            "namespace": namespace,
            "labels": {**selector(app), **MANAGED_BY},
            "annotations": _REPLACE_FAILED,
        },
        "spec": job_spec,
    }
    return [
        *pod_dependencies(app, namespace, spec, context),
        ManifestPart("job", manifest, "workload", spec.deadline + _GRACE_SECONDS),
    ]


def cron_job(app: str, namespace: str, spec: CronJobSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of a CronJob. An update does not wait for its runs."""
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
            "successfulJobsHistoryLimit": spec.keep_succeeded,
            "failedJobsHistoryLimit": spec.keep_failed,
            "jobTemplate": {
                "metadata": {"labels": {**selector(app), **MANAGED_BY}},
                "spec": _job_spec(app, spec, template),
            },
        },
    }
    return [*pod_dependencies(app, namespace, spec, context), ManifestPart("cron-job", manifest, "workload")]


def _template(kind: str, app: str, namespace: str, spec: JobFields, context: ClusterContext) -> Mapping[str, Any]:
    validate_app_name(kind, app)
    reject_unresolved_secrets(kind, app, spec)
    # A failed pod is kept for its logs, and the Job creates another one.
    return pod_template(app, namespace, spec, PodOptions(restart="Never", roll_on_secret_change=False), context)


def _job_spec(app: str, spec: JobFields, template: Mapping[str, Any]) -> dict[str, Any]:
    optional = {
        "completionMode": "Indexed" if spec.indexed else None,
        "backoffLimitPerIndex": spec.retries_per_index,
        "maxFailedIndexes": spec.max_failed_indexes,
        "podFailurePolicy": {"rules": [_failure_rule(app, rule) for rule in spec.on_failure]}
        if spec.on_failure
        else None,
        _TTL: spec.ttl_seconds,
    }
    return {
        "activeDeadlineSeconds": spec.deadline,
        # With a limit for each index, there is none for all.
        **({"backoffLimit": spec.retries} if spec.retries_per_index is None else {}),
        "parallelism": spec.parallelism,
        "completions": spec.completions,
        **{name: value for name, value in optional.items() if value is not None},
        "template": template,
    }


def _failure_rule(app: str, rule: FailureRule) -> dict[str, Any]:
    if rule.condition:
        # A default of the API server inside a list would show a permanent diff.
        return {"action": rule.action, "onPodConditions": [{"type": rule.condition, "status": "True"}]}
    operator, codes = ("In", rule.exit_codes) if rule.exit_codes else ("NotIn", rule.except_exit_codes)
    requirement = {"containerName": app, "operator": operator, "values": sorted(codes)}
    return {"action": rule.action, "onExitCodes": requirement}


def _hashed(app: str, content: Mapping[str, Any]) -> str | pulumi.Output[str]:
    """The name with the first eight hexadecimal digits of a hash of the content. An output if the content has any."""

    def name(resolved: object) -> str:
        return f"{app}-{hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()[:8]}"

    try:
        return name(content)
    except TypeError:
        return pulumi.Output.from_input(content).apply(name)
