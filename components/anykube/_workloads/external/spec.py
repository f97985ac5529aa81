"""What a service elsewhere is."""

from typing import Literal

from anykube._model import OutputText
from anykube._names import Host
from anykube._workloads.app import AppSpec


class ExternalServiceSpec(AppSpec):
    """A name in the cluster for a host elsewhere, such as a database of the cloud: a Service of type ExternalName.

    https://kubernetes.io/docs/concepts/services-networking/service/#externalname
    """

    kind: Literal["external"] = "external"
    host: Host | OutputText
    """Where it is, such as db.example.com."""
