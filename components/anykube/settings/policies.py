"""Settings of the policy pack: profile, allowed exceptions and waivers."""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

from anykube._model import Model, Seq, example

_WAIVER: JsonDict = {
    "rule": "exposure-public-service",
    "resource": "mail-service",
    "reason": "Mail clients connect directly; see OPS-12",
    "until": "2027-03-31",
}


class Waiver(Model, json_schema_extra={"examples": [_WAIVER]}):
    """An exception for one resource from one rule, until a date."""

    rule: Annotated[str, StringConstraints(min_length=1), Field(examples=[_WAIVER["rule"]])]
    """Name of the rule, as listed in docs/reference/policies.md."""
    resource: Annotated[str, StringConstraints(min_length=1), Field(examples=[_WAIVER["resource"]])]
    """Pulumi name of the resource, as `anykube policy` shows it."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10), Field(examples=[_WAIVER["reason"]])]
    """Why the exception is acceptable, at least ten characters."""
    until: Annotated[datetime.date, Field(strict=False, examples=[_WAIVER["until"]])]
    """Last day of the exception, in UTC, as YYYY-MM-DD. Later deployments fail until you renew or remove it."""


Text = Annotated[str, StringConstraints(min_length=1)]


class Policies(Model, json_schema_extra=example(registries=["registry.example/"])):
    """How the policy pack checks the stack."""

    profile: Literal["production", "development"] = "production"
    """`production`: critical and high findings stop the deployment, others are warnings. `development`: all
    findings are warnings."""
    registries: Annotated[Seq[Text], Field(examples=[["registry.example/", "docker.io/library/"]])] = ()
    """Prefixes of the images that may run, such as `registry.example/` or `docker.io/library/`. An image without a host
    is in docker.io/library; a host alone allows all its images. Default: all images."""
    public: Annotated[Seq[Text], Field(examples=[["web"]])] = ()
    """Names of Services that may be public by a load balancer or a node port."""
    admins: Annotated[Seq[Text], Field(examples=[["platform-admins"]])] = ()
    """Kubernetes users and groups that manifests may bind to cluster-admin, in addition to `cluster.access.admins`."""
    waivers: Seq[Waiver] = ()
    """Exceptions from rules for single resources."""
