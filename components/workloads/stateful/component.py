"""The stateful service as a Pulumi component."""

from components.workloads.component import SpecifiedWorkload
from components.workloads.stateful.manifests import manifests
from components.workloads.stateful.spec import StatefulServiceSpec


class StatefulService(SpecifiedWorkload):
    """Pods that each have a name and storage of their own: StatefulSet, its headless Service, and a Service."""

    kind = "StatefulService"
    model = StatefulServiceSpec
    manifests = staticmethod(manifests)
