"""The next version of a web service: the same objects once more, called `APP-next`, but for what it says otherwise."""

from anykube._workloads.pods.volumes import made
from anykube._workloads.service import ServiceSpec
from anykube._workloads.web.spec import Next, WebServiceSpec


def ahead(app: str, spec: WebServiceSpec, version: Next) -> WebServiceSpec:
    """The spec of the next version. It has no routes: those of the app lead to it."""
    changes: dict[str, object] = {
        "next": None,
        "routes": (),
        "manifests": (),
        "routed": spec.routed or bool(spec.routes),
        "env": {**spec.env, **version.env},
        # A claim that is made belongs to both: they share data, as all pods of the app do.
        "volumes": {
            **spec.volumes,
            **{
                name: volume.model_copy(update={"claim_name": f"{app}-{name}"})
                for name, volume in made(spec.volumes).items()
            },
        },
        # Requests come by routes: a load balancer, or a port of the nodes, is the app's own.
        "service": ServiceSpec(
            port=spec.service.port,
            app_protocol=spec.service.app_protocol,
            ports={name: port.model_copy(update={"node_port": None}) for name, port in spec.service.ports.items()},
            affinity_seconds=spec.service.affinity_seconds if not spec.service.headless else None,
        ),
    }
    for field in ("image", "command", "args", "resources"):
        if (given := getattr(version, field)) is not None:
            changes[field] = given
    if version.replicas is not None:
        changes |= {"replicas": version.replicas, "autoscaling": None}
    return spec.model_copy(update=changes)
