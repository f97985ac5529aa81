"""A service on every node as a Pulumi component."""

from anykube.workloads.component import SpecifiedWorkload
from anykube.workloads.daemon.manifests import manifests
from anykube.workloads.daemon.spec import DaemonServiceSpec


class DaemonService(SpecifiedWorkload):
    """A pod on every node: DaemonSet, and a Service where it listens."""

    kind = "DaemonService"
    model = DaemonServiceSpec
    manifests = staticmethod(manifests)
