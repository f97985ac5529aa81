"""What every app has, whether it has pods or not."""

from pydantic import JsonValue

from anykube._model import Model, Seq
from anykube._names import DnsLabel

COMPONENTS = ("WebService", "Worker", "Job", "CronJob", "StatefulService", "DaemonService", "ExternalService")
"""The names of all kinds of app as Pulumi components, whose types are `anykube:index:NAME`."""


class AppSpec(Model):
    """Where an app goes, what it was called, and ways around what its kind offers."""

    namespace: DnsLabel | None = None
    """None: the page's `namespace`; in a program the component's, or one of its own with the app's name."""
    renamed_from: Seq[DnsLabel] = ()
    """Names that this app had, the first one first: its objects keep that one, and go on living."""
    manifests: Seq[dict[str, JsonValue]] = ()
    """Objects beside the app, as Kubernetes has them. They come before its pods."""
    patches: dict[str, dict[str, JsonValue]] = {}
    """Changes to what is rendered, by kind, such as Deployment: strategic merge patches."""
