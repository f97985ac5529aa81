"""`manifests_of`: renders the manifests of an app of any kind, outside of an update."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube._clusters.context import ClusterContext
from anykube._workloads.app import AppSpec
from anykube._workloads.daemon.manifests import manifests as daemon
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.manifests import manifests as external
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.jobs.manifests import cron_job, job
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec
from anykube._workloads.parts import ManifestPart
from anykube._workloads.stateful.manifests import manifests as stateful
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.manifests import manifests as web
from anykube._workloads.web.spec import WebServiceSpec
from anykube._workloads.worker.manifests import manifests as worker
from anykube._workloads.worker.spec import WorkerSpec

Render = Callable[[str, str, Any, ClusterContext], list[ManifestPart]]
"""A function of an app's name, namespace, spec and cluster."""

RENDER: Mapping[type[AppSpec], Render] = {
    WebServiceSpec: web,
    WorkerSpec: worker,
    JobSpec: job,
    CronJobSpec: cron_job,
    StatefulServiceSpec: stateful,
    DaemonServiceSpec: daemon,
    ExternalServiceSpec: external,
}
"""The function that renders each kind of app."""


def manifests_of(app: str, namespace: str, spec: AppSpec, context: ClusterContext) -> list[ManifestPart]:
    """The manifests of an app of any kind, without patches and without a certificate that the cluster issues."""
    return RENDER[type(spec)](app, namespace, spec, context)
