"""Settings of an external service."""

from typing import Annotated, Literal

from pydantic import Field

from anykube._model import CheckedModel, OutputText, Seq, example
from anykube._names import AddressRange, EndpointAddress, ExternalHost, Port, PortName
from anykube._rules.standalone import external_target
from anykube._workloads.app import AppSpec
from anykube._workloads.service import AppProtocol


class ExternalServiceSpec(CheckedModel, AppSpec, json_schema_extra=example(kind="external", host="db.example.com")):
    """A name in the cluster for an external host, such as a managed database: a Service of type ExternalName for a DNS
    name, or a Service without selector and an EndpointSlice for IP addresses.

    https://kubernetes.io/docs/concepts/services-networking/service/#externalname,
    https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
    """

    rules = (external_target,)

    kind: Literal["external"] = "external"
    """`external`: a name for an external host."""
    host: Annotated[ExternalHost | OutputText | None, Field(examples=["db.example.com"])] = None
    """DNS name of the host. Exactly one of `host` and `addresses` is required."""
    cidrs: Annotated[Seq[AddressRange], Field(examples=[["10.0.0.0/16"]])] = ()
    """IP ranges of `host`. Required if apps list this one in `talks_to` or `called_by`, because NetworkPolicies do
    not support DNS names."""
    addresses: Annotated[Seq[EndpointAddress], Field(max_length=100, examples=[["10.0.0.5"]])] = ()
    """IP addresses of the host, at most 100. Requires `port`."""
    port: Annotated[Port | None, Field(examples=[5432])] = None
    """Port of the host and of the Service, 1 to 65535. Only with `addresses`: a DNS name leads to every port."""
    port_name: Annotated[PortName, Field(examples=["postgres"])] = "tcp"
    """Name of the port, at most 15 characters."""
    target: Annotated[Port | None, Field(examples=[15432])] = None
    """Port of the host, 1 to 65535, if it differs from `port`. Default: the same as `port`."""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    """Transport protocol of the port."""
    app_protocol: AppProtocol | None = None
    """Application protocol of the port, such as kubernetes.io/h2c. Default: not set."""
