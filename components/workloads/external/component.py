"""A service elsewhere as a Pulumi component."""

from components.workloads.component import SpecifiedWorkload
from components.workloads.external.manifests import manifests
from components.workloads.external.spec import ExternalServiceSpec


class ExternalService(SpecifiedWorkload):
    """A name in the cluster for a host elsewhere."""

    kind = "ExternalService"
    model = ExternalServiceSpec
    manifests = staticmethod(manifests)
