"""From an app's spec to the component that makes it."""

from collections.abc import Mapping, Sequence

import pulumi

from anykube.certificates import Issuer
from anykube.kubernetes import Transform
from anykube.routing import Routing
from anykube.workloads.app import AppSpec
from anykube.workloads.component import SpecifiedWorkload, Workload
from anykube.workloads.daemon.component import DaemonService
from anykube.workloads.external.component import ExternalService
from anykube.workloads.jobs.component import CronJob, Job
from anykube.workloads.namespace import Namespace
from anykube.workloads.routes.hosts import urls
from anykube.workloads.site import Site
from anykube.workloads.stateful.component import StatefulService
from anykube.workloads.web.component import WebService
from anykube.workloads.web.spec import WebServiceSpec
from anykube.workloads.worker.component import Worker

_COMPONENTS: Mapping[type[AppSpec], type[SpecifiedWorkload]] = {
    component.model: component for component in (Worker, Job, CronJob, StatefulService, DaemonService, ExternalService)
}


def component_of(
    name: str,
    spec: AppSpec,
    *,
    namespace: Namespace | str | None = None,
    certificates: Issuer | None = None,
    routing: Routing | None = None,
    site: Site | None = None,
    transforms: Sequence[Transform] = (),
    opts: pulumi.ResourceOptions | None = None,
) -> Workload:
    """Makes the app; the arguments are those of its component."""
    if isinstance(spec, WebServiceSpec):
        return WebService(
            name,
            spec,
            namespace=namespace,
            certificates=certificates,
            routing=routing,
            site=site,
            transforms=transforms,
            opts=opts,
        )
    component = _COMPONENTS[type(spec)]
    return component(name, spec, namespace=namespace, site=site, transforms=transforms, opts=opts)


def urls_of(spec: AppSpec) -> list[str]:
    """The addresses of an app, where it has routes."""
    return urls(spec.routes) if isinstance(spec, WebServiceSpec) else []
