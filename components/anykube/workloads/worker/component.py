"""The worker as a Pulumi component."""

from anykube.workloads.component import SpecifiedWorkload
from anykube.workloads.worker.manifests import manifests
from anykube.workloads.worker.spec import WorkerSpec


class Worker(SpecifiedWorkload):
    """Pods that nobody connects to: service account and Deployment."""

    kind = "Worker"
    model = WorkerSpec
    manifests = staticmethod(manifests)
