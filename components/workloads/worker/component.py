"""The worker as a Pulumi component."""

from components.workloads.component import SpecifiedWorkload
from components.workloads.worker.manifests import manifests
from components.workloads.worker.spec import WorkerSpec


class Worker(SpecifiedWorkload):
    """Pods that nobody connects to: service account and Deployment."""

    kind = "Worker"
    model = WorkerSpec
    manifests = staticmethod(manifests)
