"""Rules for readiness and liveness probes.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, PodTemplate, containers, pod_templates
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, for_each

_SERVING = frozenset({"DaemonSet", "Deployment", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"})
"""Kinds whose pods run until they are stopped. A Job's pods end and get no requests."""
_ACTIONS = ("exec", "grpc", "httpGet", "tcpSocket")
_PERIOD, _FAILURES = 10, 3
"""Kubernetes' defaults: seconds between checks, and consecutive failures."""


def readiness(pod: PodTemplate) -> str | None:
    """A pod that listens on a port has a readiness probe, so that it gets requests only when it can serve them.

    A pod is ready when all its probes succeed, so one probe on a listening container is enough. Init containers, and
    containers without ports such as queue workers, do not need one.
    """
    if pod.owner.kind not in _SERVING or pod.owner.is_patch:
        return None
    # A bare pod that does not restart behaves like a Job's.
    if pod.spec["restartPolicy"].text in ("Never", "OnFailure"):
        return None
    listening = [container for container in pod.spec["containers"].elements if container["ports"].elements]
    if not listening or any(container["readinessProbe"].is_set for container in listening):
        return None
    return f"container {listening[0]['name'].text} listens on a port but has no readiness probe"


def liveness(container: Container) -> str | None:
    """A container becomes unready before it is restarted: restarting an overloaded pod loses its requests.

    Both probes may use the same action if liveness tolerates more failures.
    """
    live, ready = container.fields["livenessProbe"], container.fields["readinessProbe"]
    if not (live.is_set and ready.is_set) or _action(live) != _action(ready) or _tolerance(live) > _tolerance(ready):
        return None
    return (
        f"{container.display_name} has the same liveness and readiness probe, so it restarts as soon as it is unready"
    )


def _action(probe: Fields) -> list[object]:
    return [_known(probe[name]) for name in _ACTIONS]


def _known(fields: Fields) -> object:
    """The value. Raises UnknownError if it contains an unknown value, since two unknown values may differ."""
    for child in (*dict(fields.items()).values(), *fields.elements):
        _known(child)
    return fields.value


def _tolerance(probe: Fields) -> float:
    """Seconds of consecutive failures until the probe fails."""
    return (probe["periodSeconds"].number or _PERIOD) * (probe["failureThreshold"].number or _FAILURES)


RULES = (
    ResourceRule(
        name="pod-readiness",
        title="Pods that listen on a port have a readiness probe",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="add a `readinessProbe` that succeeds when the container can serve requests",
        evaluate=for_each(pod_templates, readiness),
    ),
    ResourceRule(
        name="pod-liveness",
        title="A liveness probe is not a copy of the readiness probe",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="use a simpler liveness probe, raise its failureThreshold, or remove it",
        evaluate=for_each(containers, liveness),
    ),
)
