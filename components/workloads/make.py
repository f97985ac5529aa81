"""From an app's spec to the component that makes it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.clusters.context import ClusterContext, HasContext
from components.kubernetes import Transform
from components.workloads.app import AppSpec
from components.workloads.args import AppArgs
from components.workloads.component import Workload
from components.workloads.daemon.args import DaemonServiceArgs
from components.workloads.daemon.component import DaemonService
from components.workloads.daemon.spec import DaemonServiceSpec
from components.workloads.external.args import ExternalServiceArgs
from components.workloads.external.component import ExternalService
from components.workloads.external.spec import ExternalServiceSpec
from components.workloads.jobs.args import CronJobArgs, JobArgs
from components.workloads.jobs.component import CronJob, Job
from components.workloads.jobs.spec import CronJobSpec, JobSpec
from components.workloads.namespace import Namespace
from components.workloads.routes.hosts import urls
from components.workloads.stateful.args import StatefulServiceArgs
from components.workloads.stateful.component import StatefulService
from components.workloads.stateful.spec import StatefulServiceSpec
from components.workloads.web.args import WebServiceArgs
from components.workloads.web.component import WebService
from components.workloads.web.spec import WebServiceSpec
from components.workloads.worker.args import WorkerArgs
from components.workloads.worker.component import Worker
from components.workloads.worker.spec import WorkerSpec

_COMPONENTS: Mapping[type[AppSpec], tuple[Any, type[AppArgs]]] = {
    WebServiceSpec: (WebService, WebServiceArgs),
    WorkerSpec: (Worker, WorkerArgs),
    JobSpec: (Job, JobArgs),
    CronJobSpec: (CronJob, CronJobArgs),
    StatefulServiceSpec: (StatefulService, StatefulServiceArgs),
    DaemonServiceSpec: (DaemonService, DaemonServiceArgs),
    ExternalServiceSpec: (ExternalService, ExternalServiceArgs),
}


def component_of(
    name: str,
    spec: AppSpec,
    *,
    cluster: HasContext | ClusterContext,
    namespace: Namespace | str | None = None,
    transforms: Sequence[Transform] = (),
    opts: pulumi.ResourceOptions | None = None,
) -> Workload:
    """Creates the component of an app from its spec; the other arguments are the program's part of its args."""
    component, model = _COMPONENTS[type(spec)]
    fields = {field: getattr(spec, field) for field in type(spec).model_fields}
    fields |= {"cluster": cluster, "namespace": namespace, "transforms": tuple(transforms)}
    # The spec is valid already.
    args = model.model_construct(_fields_set={*spec.model_fields_set, "cluster", "namespace", "transforms"}, **fields)
    workload: Workload = component(name, args, opts)
    return workload


def urls_of(spec: AppSpec) -> list[str]:
    """The addresses of an app, where it has routes."""
    return urls(spec.routes) if isinstance(spec, WebServiceSpec) else []
