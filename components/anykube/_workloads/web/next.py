"""The next version of a web service: a copy of its objects, named `APP-next`, with the changes of the field `next`."""

from anykube._workloads.pods.volumes import managed_claims
from anykube._workloads.routes.routed import routed_ports
from anykube._workloads.service import ServiceSpec
from anykube._workloads.web.spec import Next, WebServiceSpec


def next_spec(app: str, spec: WebServiceSpec, version: Next) -> WebServiceSpec:
    """The spec of the next version. It has no routes: the app's routes split requests between the two versions."""
    changes: dict[str, object] = {
        "next": None,
        "routes": (),
        "manifests": (),
        "routed": tuple(routed_ports(app, spec, spec.main_port[1])),
        "env": {**spec.env, **version.env},
        # Both versions share the app's claims.
        "volumes": {
            **spec.volumes,
            **{
                name: volume.model_copy(update={"claim_name": f"{app}-{name}"})
                for name, volume in managed_claims(spec.volumes).items()
            },
        },
        # Requests arrive through routes. A load balancer or node port belongs to the current version only.
        "service": ServiceSpec(
            port=spec.service.port,
            app_protocol=spec.service.app_protocol,
            ports={name: port.model_copy(update={"node_port": None}) for name, port in spec.service.ports.items()},
            affinity_seconds=spec.service.affinity_seconds if not spec.service.headless else None,
            publish_not_ready=spec.service.publish_not_ready,
            internal_traffic=spec.service.internal_traffic,
            prefer_same_zone=spec.service.prefer_same_zone,
        ),
    }
    for field in ("image", "command", "args", "resources"):
        if (value := getattr(version, field)) is not None:
            changes[field] = value
    if version.replicas is not None:
        changes |= {"replicas": version.replicas, "autoscaling": None}
    return spec.model_copy(update=changes)
