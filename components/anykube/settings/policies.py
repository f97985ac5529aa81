"""What a page says of the policy pack: which profile judges the stack, and what is excused."""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from anykube._model import Model, Seq


class Waiver(Model):
    """One rule, excused for one resource, until a day."""

    rule: Annotated[str, StringConstraints(min_length=1)]
    """The rule's name, as docs/reference/policies.md has it."""
    resource: Annotated[str, StringConstraints(min_length=1)]
    """The resource's name in Pulumi, as `anykube policy` shows it."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
    """Why that is right here: at least ten characters, for whoever reads it next."""
    until: Annotated[datetime.date, Field(strict=False)]
    """The last day (UTC) that it holds, such as 2027-03-31: after it the run is refused."""


class Policies(Model):
    """How the policy pack judges the stack."""

    profile: Literal["production", "development"] = "production"
    """`production`: critical and high rules stop the run, others advise. `development`: all advise."""
    registries: Seq[Annotated[str, StringConstraints(min_length=1)]] = ()
    """Beginnings of the names of images that may run, such as `registry.example/` or `docker.io/library/`: nginx is
    docker.io/library/nginx, and a host alone is that whole host. Empty: any may."""
    public: Seq[Annotated[str, StringConstraints(min_length=1)]] = ()
    """Names of Services that may be reached from outside by a load balancer or a node port of their own."""
    admins: Seq[Annotated[str, StringConstraints(min_length=1)]] = ()
    """Whom a manifest may bind to cluster-admin, by their names in Kubernetes, beside `cluster.access.admins`."""
    waivers: Seq[Waiver] = ()
    """Rules that single resources are excused from."""
