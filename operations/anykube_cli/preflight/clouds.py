"""Runs the preflight of a stack's cloud. The modules and the SDK of other clouds are not imported."""

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.preflight import reach
from anykube_cli.preflight.problem import PreflightResult

CLOUDS = tuple(definitions())


def check(stack: str, spec: ManagedCluster, kubeconfig: str | None = None) -> PreflightResult:
    """Checks the account of the environment's credentials for a stack's cluster, and the way to its Kubernetes API.

    :param kubeconfig: of the cluster. None: the cluster does not exist yet.
    """
    preflight = definitions()[spec.cloud].preflight
    result: PreflightResult = resolve(preflight.check)(resolve(preflight.plan)(stack, spec))
    return result + reach.check(spec, kubeconfig)
