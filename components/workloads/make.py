"""From an app's spec to the component that makes it. A kind's module is imported only when an app is of that kind."""

from collections.abc import Sequence

import pulumi

from components.certificates import Issuer
from components.kubernetes import Transform
from components.routing import Routing
from components.workloads.app import AppSpec
from components.workloads.component import Workload
from components.workloads.namespace import Namespace
from components.workloads.site import Site
from components.workloads.web.spec import WebServiceSpec
from components.workloads.worker.spec import WorkerSpec


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
    match spec:
        case WebServiceSpec():
            from components.workloads.web.component import WebService

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
        case WorkerSpec():
            from components.workloads.worker.component import Worker

            return Worker(name, spec, namespace=namespace, site=site, transforms=transforms, opts=opts)
    raise AssertionError(f"no component makes a {type(spec).__name__}")
