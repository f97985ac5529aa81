"""Settings of an external service."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import OutputText, example
from anykube._names import Host
from anykube._workloads.app import AppSpec


class ExternalServiceSpec(AppSpec, json_schema_extra=example(kind="external", host="db.example.com")):
    """A name in the cluster for an external host, such as a managed database: a Service of type ExternalName.

    https://kubernetes.io/docs/concepts/services-networking/service/#externalname
    """

    kind: Literal["external"] = "external"
    """`external`: a name for an external host."""
    host: Annotated[Host | OutputText, Field(examples=["db.example.com"])]
    """DNS name of the host."""
