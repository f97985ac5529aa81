"""Settings that every kind of app has."""

from typing import Annotated

from pydantic import Field, JsonValue

from anykube._model import Model, Seq
from anykube._names import DnsLabel
from anykube._workloads.labels import Labels

COMPONENTS = ("WebService", "Worker", "Job", "CronJob", "StatefulService", "DaemonService", "ExternalService")
"""Pulumi components of all kinds of app. Their type tokens are `anykube:index:NAME`."""


_CONFIG_MAP: JsonValue = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "web-settings"},
    "data": {"theme": "dark"},
}
_PATCH: JsonValue = {"Deployment": {"spec": {"template": {"metadata": {"labels": {"team": "shop"}}}}}}


class AppSpec(Model):
    """Settings that every kind of app has: namespace, earlier names, additional objects and patches."""

    namespace: Annotated[DnsLabel | None, Field(examples=["shop"])] = None
    """Namespace of the app. Default: the stack's `namespace`; in a program, a new namespace with the app's name."""
    renamed_from: Annotated[Seq[DnsLabel], Field(examples=[["shop"]])] = ()
    """Earlier names of the app, oldest first. Its objects keep the oldest name, so that renaming replaces nothing."""
    labels: Labels = {}
    """Labels of all objects of the app, in addition to the recommended ones."""
    manifests: Annotated[Seq[dict[str, JsonValue]], Field(examples=[[_CONFIG_MAP]])] = ()
    """Additional Kubernetes objects, as manifests. They are created before the app's pods."""
    patches: Annotated[dict[str, dict[str, JsonValue]], Field(examples=[_PATCH])] = {}
    """Strategic merge patches to the app's objects, by their kind, such as Deployment, or by kind and name.
    `Service` is the app's Service; the headless one of a stateful app `db` is `Service/db-headless`."""
