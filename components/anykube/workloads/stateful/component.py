"""The stateful service as a Pulumi component."""

from anykube.workloads.component import SpecifiedWorkload
from anykube.workloads.stateful.manifests import manifests
from anykube.workloads.stateful.spec import StatefulServiceSpec


class StatefulService(SpecifiedWorkload):
    """Pods that each have a name and storage of their own: StatefulSet, its headless Service, and a Service."""

    kind = "StatefulService"
    model = StatefulServiceSpec
    manifests = staticmethod(manifests)
