"""The program that Pulumi runs for a stack: it creates the cluster and the apps of the settings, and their outputs."""

import asyncio
import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pulumi

from anykube import _admission
from anykube._clusters.protocol import Cluster, cluster_outputs
from anykube._partial import apps_in
from anykube._stack_cluster import cluster_of
from anykube._validation import already_validated
from anykube._workloads.component import Workload
from anykube._workloads.factory import app_urls, create_component
from anykube._workloads.namespace import Namespace, NamespaceArgs
from anykube._workloads.namespace_spec import NamespaceOptions, NamespaceSpec, is_existing
from anykube._workloads.pods.secrets import resolve
from anykube._workloads.unions import App
from anykube.settings import env_secrets, secret_managers
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.model import StackSettings, secret_names
from anykube.settings.problems import SettingsError
from anykube.settings.revisions import annotate_settings


def run() -> None:
    """Creates the cluster and apps of the selected stack. This is the whole program of an Anykube project."""
    # All objects live until the end, above all the thousands of classes of a cloud's SDK. Collecting garbage among them
    # takes a quarter of the SDK's import time.
    gc.disable()
    settings = settings_of(pulumi.get_stack())
    _admission.enable(settings.adopt)
    apps = linked(settings)
    with already_validated():
        cluster = cluster_of(settings.cluster)
        workloads = create_apps(settings, apps, cluster)
    export(cluster, apps)
    gc.freeze()
    gc.enable()
    pulumi.run(partial(wait_for_registration, workloads))


def settings_of(stack: str) -> StackSettings:
    """The settings of the stack. Invalid settings end the run with all mistakes, before anything is registered."""
    try:
        return load(stack)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def create_apps(settings: StackSettings, apps: Mapping[str, App], cluster: Cluster) -> Sequence[Workload]:
    """Creates the apps on the cluster, and their namespaces."""
    secrets = secrets_of(settings)
    app_namespaces = {name: spec.namespace or settings.namespace for name, spec in apps.items()}
    namespaces = {
        name: namespace_of(name, settings.namespaces.get(name, NamespaceSpec()), cluster)
        for name in dict.fromkeys(app_namespaces.values())
    }
    return [
        create_component(
            name,
            resolve(apps[name], secrets.__getitem__),
            cluster=cluster,
            namespace=namespaces[app_namespaces[name]],
            transforms=[annotate_settings(settings.apps[name])],
        )
        for name in apps_to_update(apps)
    ]


def namespace_of(name: str, spec: NamespaceSpec, cluster: Cluster) -> Namespace | str:
    """Creates the namespace, or only checks that it exists if it is not Anykube's."""
    if is_existing(name, spec):
        existing = _admission.RegisteredObject("v1", "Namespace", "", name, is_existing=True)
        _admission.record(existing, pulumi.ResourceOptions(provider=cluster.provider))
        return name
    options = {field: getattr(spec, field) for field in NamespaceOptions.model_fields}
    return Namespace(name, NamespaceArgs(cluster=cluster, **options))


def secrets_of(settings: StackSettings) -> Mapping[str, pulumi.Output[str]]:
    """All secrets of the settings: from the environment, a cloud's secret manager, or the stack's config."""
    config, secrets, missing = pulumi.Config(), {}, list[str]()
    for name in sorted(secret_names(settings)):
        if (value := env_secrets.value(name)) is not None:
            secrets[name] = pulumi.Output.secret(value)
        elif secret_managers.is_managed(settings.secrets, name):
            try:
                secrets[name] = pulumi.Output.secret(secret_managers.read(settings.secrets[name]))
            except secret_managers.UnreadableSecretError as error:
                missing.append(f"the secret {name} cannot be read from {settings.secrets[name]}: {error}")
        elif (configured := config.get_secret(name)) is not None:
            secrets[name] = configured
        else:
            remedy = f"Run `pulumi config set --secret {name}`, or set the variable {env_secrets.variable(name)}."
            missing.append(f"the secret {name} has no value. {remedy}")
    if missing:
        raise pulumi.RunError("\n".join(missing))
    return secrets


def apps_to_update(apps: Mapping[str, App]) -> Iterable[str]:
    """The apps of this update: all, unless it is a partial update."""
    selected = apps_in(os.environ.get("PULUMI_BACKEND_URL", ""), pulumi.get_stack())
    return apps if selected is None else [name for name in apps if name in selected]


async def wait_for_registration(workloads: Iterable[Workload]) -> None:
    """Waits until the engine has registered every object, or failed to.

    Afterwards, the Pulumi runtime checks all pending outputs each time that one of them resolves (pulumi 3.255,
    wait_for_rpcs). With 500 apps that was half of the program's run time, so that this function waits for them first.
    """
    objects = (resource for workload in workloads for resource in workload.children.values())
    await asyncio.gather(*(resource.urn.future() for resource in objects), return_exceptions=True)


def export(cluster: Cluster, apps: Mapping[str, App]) -> None:
    """Exports the outputs `cluster`, `kubeconfig` and `urls`."""
    pulumi.export("cluster", cluster_outputs(cluster))
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("urls", {name: urls for name, spec in apps.items() if (urls := app_urls(spec))})
