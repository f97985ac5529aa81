"""From the spec of a stateful service to plain Kubernetes manifests."""

from anykube._clusters.context import ClusterContext
from anykube._kubernetes import Manifest
from anykube._workloads.metadata import MANAGED_BY, metadata, selector
from anykube._workloads.names import refuse_impossible
from anykube._workloads.parts import Part, after
from anykube._workloads.pods.parts import needed
from anykube._workloads.pods.placement import spread
from anykube._workloads.pods.secrets import refuse_unresolved
from anykube._workloads.pods.template import Pods, pod_template
from anykube._workloads.pods.volumes import claim_spec, made
from anykube._workloads.scaling import REPLICAS, autoscaler, budget
from anykube._workloads.service import Ports, container_ports, governing, service
from anykube._workloads.stateful.spec import StatefulServiceSpec


def manifests(app: str, namespace: str, spec: StatefulServiceSpec, context: ClusterContext) -> list[Part]:
    """The objects of the app.

    Raises pulumi.RunError where its name is impossible, or a secret is unresolved.
    """
    refuse_impossible("StatefulService", app)
    refuse_unresolved("StatefulService", app, spec)
    ports = container_ports(spec.port_name, spec.port, spec.service)
    fewest = spec.autoscaling.min if spec.autoscaling else spec.replicas
    outside = tuple(ports) if spec.service.type != "ClusterIP" else ()
    return [
        *needed(app, namespace, spec, open_ports=outside, claim_templates=True),
        # Pods have their names by it, so it is there first.
        Part("headless", governing(app, namespace, ports), "before"),
        Part(
            "stateful-set",
            _stateful_set(app, namespace, spec, ports, context),
            "workload",
            spec.deadline,
            REPLICAS if spec.autoscaling else (),
        ),
        *after("autoscaler", autoscaler(app, namespace, "StatefulSet", spec.autoscaling)),
        *after("budget", budget(app, namespace, fewest, spec.disruption)),
        *after("service", service(app, namespace, spec.service, (spec.port_name, spec.port), context.load_balancers)),
    ]


def _stateful_set(
    app: str, namespace: str, spec: StatefulServiceSpec, ports: Ports, context: ClusterContext
) -> Manifest:
    pods = Pods(
        ports=ports,
        health=spec.health,
        # A pod with a disk stays where that is: revisions are not told apart.
        spread=spread(app, required=spec.spread == "required", revisions=False),
        claim_templates=True,
    )
    claims = [
        {
            "metadata": {"name": name, "labels": {**selector(app), **MANAGED_BY}},
            "spec": claim_spec(volume),
        }
        for name, volume in made(spec.volumes).items()
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(app, namespace),
        "spec": {
            "replicas": spec.autoscaling.min if spec.autoscaling else spec.replicas,
            "serviceName": f"{app}-headless",
            "selector": {"matchLabels": selector(app)},
            "podManagementPolicy": "OrderedReady" if spec.ordered else "Parallel",
            "updateStrategy": {"type": "RollingUpdate"},
            "revisionHistoryLimit": 3,
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": "Retain" if spec.claims == "keep" else "Delete",
                "whenScaled": "Retain",
            },
            **({"volumeClaimTemplates": claims} if claims else {}),
            "template": pod_template(app, namespace, spec, pods, context),
        },
    }
