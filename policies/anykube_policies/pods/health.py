"""How Kubernetes asks containers whether they are well.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import Container, Pods, containers, pods
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, each

_SERVING = frozenset({"DaemonSet", "Deployment", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"})
"""Kinds whose pods go on. A Job's pods end, and nobody is led to them."""
_ACTIONS = ("exec", "grpc", "httpGet", "tcpSocket")
_PERIOD, _FAILURES = 10, 3
"""What Kubernetes takes where a probe says nothing: seconds, and failures in a row."""


def readiness(one: Pods) -> str | None:
    """Gets requests only once it can answer them.

    A pod is ready by all of its probes together, so that one of the containers that listen has to have it. What an init
    container listens on is for its pod, and one without ports, such as a queue's reader, is not asked.
    """
    if one.owner.kind not in _SERVING or one.owner.is_patch:
        return None
    # A pod that ends is a Job's, though nobody made the Job.
    if one.spec["restartPolicy"].text in ("Never", "OnFailure"):
        return None
    listening = [container for container in one.spec["containers"].elements if container["ports"].elements]
    if not listening or any(container["readinessProbe"].given for container in listening):
        return None
    return f"container {listening[0]['name'].text} listens, and has no readiness probe"


def liveness(container: Container) -> str | None:
    """Is restarted later than it is taken out of service: a saturated pod needs rest, not to lose its requests.

    The same action for both is fine as long as liveness bears more of its failures.
    """
    alive, ready = container.fields["livenessProbe"], container.fields["readinessProbe"]
    if not (alive.given and ready.given) or _action(alive) != _action(ready) or _patience(alive) > _patience(ready):
        return None
    return f"{container.said} is restarted by its readiness probe, and as soon as that takes it out of service"


def _action(probe: Fields) -> list[object]:
    return [_known(probe[name]) for name in _ACTIONS]


def _known(fields: Fields) -> object:
    """The plain value. Raises UnknownError where anything in it is unknown: two of these need not be the same."""
    for inside in (*dict(fields.items()).values(), *fields.elements):
        _known(inside)
    return fields.value


def _patience(probe: Fields) -> float:
    """Seconds of failures that it takes."""
    return (probe["periodSeconds"].number or _PERIOD) * (probe["failureThreshold"].number or _FAILURES)


RULES = (
    ResourceRule(
        name="pod-readiness",
        title="Pods that listen have a readiness probe",
        severity=Severity.MEDIUM,
        controls=(PRACTICE,),
        remedy="give `readinessProbe` what tells that it can answer",
        judge=each(pods, readiness),
    ),
    ResourceRule(
        name="pod-liveness",
        title="Liveness is not the readiness probe over again",
        severity=Severity.LOW,
        controls=(PRACTICE,),
        remedy="ask for liveness only whether the process answers, with a higher failureThreshold, or leave it out",
        judge=each(containers, liveness),
    ),
)
