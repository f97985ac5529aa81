"""A service elsewhere as a Pulumi component."""

from anykube.workloads.component import SpecifiedWorkload
from anykube.workloads.external.manifests import manifests
from anykube.workloads.external.spec import ExternalServiceSpec


class ExternalService(SpecifiedWorkload):
    """A name in the cluster for a host elsewhere."""

    kind = "ExternalService"
    model = ExternalServiceSpec
    manifests = staticmethod(manifests)
