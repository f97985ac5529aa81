"""The union of all kinds of app in settings files."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Tag

from anykube._workloads.app import AppSpec
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.spec import ExternalServiceSpec
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.web.spec import WebServiceSpec
from anykube._workloads.worker.spec import WorkerSpec

KINDS: Mapping[str, type[AppSpec]] = {
    "web": WebServiceSpec,
    "worker": WorkerSpec,
    "job": JobSpec,
    "cronjob": CronJobSpec,
    "stateful": StatefulServiceSpec,
    "daemon": DaemonServiceSpec,
    "external": ExternalServiceSpec,
}
"""The specs by `kind`."""

DEFAULT_KIND = "web"


def _kind(app: object) -> str:
    """The discriminator of an app: its `kind`. Values of other types are validated as the default kind."""
    kind = app.get("kind", DEFAULT_KIND) if isinstance(app, Mapping) else getattr(app, "kind", DEFAULT_KIND)
    return kind if isinstance(kind, str) else ""


App = Annotated[
    Annotated[WebServiceSpec, Tag("web")]
    | Annotated[WorkerSpec, Tag("worker")]
    | Annotated[JobSpec, Tag("job")]
    | Annotated[CronJobSpec, Tag("cronjob")]
    | Annotated[StatefulServiceSpec, Tag("stateful")]
    | Annotated[DaemonServiceSpec, Tag("daemon")]
    | Annotated[ExternalServiceSpec, Tag("external")],
    Discriminator(_kind),
]
"""An app of any kind."""
