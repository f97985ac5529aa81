"""Checks, after a run, that everything that the stack runs is there and ready."""

from collections.abc import Sequence

from anykube_cli.cluster_api import ClusterApi
from anykube_cli.engine import Engine
from anykube_cli.failures import Failure, failures
from anykube_cli.rollouts import unready, wait_until_ready
from anykube_cli.workloads import workloads


def verify(engine: Engine, kubeconfig: str | None, *, wait: bool) -> Sequence[Failure]:
    """Why workloads of this stack are not ready. `wait`: wait for rollouts in progress, until their deadlines.

    Raises UnreachableError.
    """
    stack_workloads = workloads(engine.deployment())
    if kubeconfig is None or not stack_workloads:
        return ()
    with ClusterApi(kubeconfig) as api:
        return failures(api, (wait_until_ready if wait else unready)(api, stack_workloads))


def summary(failures: Sequence[Failure]) -> str:
    """The apps that are not ready, or the objects outside the apps, such as `demo/web, demo/Deployment/tool`."""
    return ", ".join(f"{failure.namespace}/{failure.app or failure.object}" for failure in failures)
