"""Creates the component of an app from its spec."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from anykube._clusters.context import ClusterContext, HasContext
from anykube._kubernetes import Transform
from anykube._workloads.app import AppSpec
from anykube._workloads.args import AppArgs
from anykube._workloads.component import Workload
from anykube._workloads.daemon.args import DaemonServiceArgs
from anykube._workloads.daemon.component import DaemonService
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.args import ExternalServiceArgs
from anykube._workloads.external.component import ExternalService
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.jobs.args import CronJobArgs, JobArgs
from anykube._workloads.jobs.component import CronJob, Job
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec
from anykube._workloads.namespace import Namespace
from anykube._workloads.routes.hosts import urls
from anykube._workloads.routes.routed import RoutedFields
from anykube._workloads.stateful.args import StatefulServiceArgs
from anykube._workloads.stateful.component import StatefulService
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.args import WebServiceArgs
from anykube._workloads.web.component import WebService
from anykube._workloads.web.spec import WebServiceSpec
from anykube._workloads.worker.args import WorkerArgs
from anykube._workloads.worker.component import Worker
from anykube._workloads.worker.spec import WorkerSpec

_COMPONENTS: Mapping[type[AppSpec], tuple[Any, type[AppArgs]]] = {
    WebServiceSpec: (WebService, WebServiceArgs),
    WorkerSpec: (Worker, WorkerArgs),
    JobSpec: (Job, JobArgs),
    CronJobSpec: (CronJob, CronJobArgs),
    StatefulServiceSpec: (StatefulService, StatefulServiceArgs),
    DaemonServiceSpec: (DaemonService, DaemonServiceArgs),
    ExternalServiceSpec: (ExternalService, ExternalServiceArgs),
}


def create_component(
    name: str,
    spec: AppSpec,
    *,
    cluster: HasContext | ClusterContext,
    namespace: Namespace | str | None = None,
    transforms: Sequence[Transform] = (),
    opts: pulumi.ResourceOptions | None = None,
) -> Workload:
    """Creates the component of an app from its spec and the arguments that the program provides."""
    component, model = _COMPONENTS[type(spec)]
    fields = {field: getattr(spec, field) for field in type(spec).model_fields}
    fields |= {"cluster": cluster, "namespace": namespace, "transforms": tuple(transforms)}
    # The spec has been validated already.
    args = model.model_construct(_fields_set={*spec.model_fields_set, "cluster", "namespace", "transforms"}, **fields)
    workload: Workload = component(name, args, opts)
    return workload


def app_urls(spec: AppSpec) -> list[str]:
    """The URLs of the app's routes."""
    return urls(spec.routes) if isinstance(spec, RoutedFields) else []
