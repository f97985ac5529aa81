"""The program that Pulumi runs: settings → cluster → apps → outputs."""

import asyncio
import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pulumi

from anykube._clusters.protocol import Cluster, cluster_outputs
from anykube._partial import apps_in
from anykube._stack_cluster import cluster_of
from anykube._validation import judged_already
from anykube._workloads.component import Workload
from anykube._workloads.factory import app_urls, create_component
from anykube._workloads.namespace import Namespace, NamespaceArgs
from anykube._workloads.pods.secrets import resolve
from anykube._workloads.unions import App
from anykube.settings import env_secrets, secret_managers
from anykube.settings.links import linked
from anykube.settings.loader import load
from anykube.settings.model import StackSettings, secret_names
from anykube.settings.problems import SettingsError
from anykube.settings.revisions import annotate_settings


def run() -> None:
    """Makes what the settings of the selected stack say: its cluster and its apps. The whole of a project's program."""
    # What is made from here on lives to the end, a cloud's SDK with its thousands of classes first of all: to look for
    # garbage among it, again and again, is a quarter of the time that its import takes.
    gc.disable()
    page = settings_of(pulumi.get_stack())
    apps = linked(page)
    with judged_already():
        cluster = cluster_of(page.cluster)
        made = layer(page, apps, cluster)
    export(cluster, apps)
    gc.freeze()
    gc.enable()
    pulumi.run(partial(registered, made))


def settings_of(stack: str) -> StackSettings:
    """The stack's page. A wrong one ends the run with every mistake in it, before anything is registered."""
    try:
        return load(stack)
    except SettingsError as wrong:
        raise pulumi.RunError(str(wrong)) from None


def layer(page: StackSettings, apps: Mapping[str, App], cluster: Cluster) -> Sequence[Workload]:
    """Puts the page's apps onto the cluster, each into its namespace."""
    secrets = secrets_of(page)
    targets = {name: spec.namespace or page.namespace for name, spec in apps.items()}
    namespaces = {
        target: Namespace(target, NamespaceArgs(cluster=cluster)) for target in dict.fromkeys(targets.values())
    }
    return [
        create_component(
            name,
            resolve(apps[name], secrets.__getitem__),
            cluster=cluster,
            namespace=namespaces[targets[name]],
            transforms=[annotate_settings(page.apps[name])],
        )
        for name in about(apps)
    ]


def secrets_of(page: StackSettings) -> Mapping[str, pulumi.Output[str]]:
    """Every secret that the page names: by the environment, a cloud's secret manager, or the stack's config."""
    config, found, missing = pulumi.Config(), {}, list[str]()
    for name in sorted(secret_names(page)):
        if (value := env_secrets.value(name)) is not None:
            found[name] = pulumi.Output.secret(value)
        elif secret_managers.is_managed(page.secrets, name):
            try:
                found[name] = pulumi.Output.secret(secret_managers.read(page.secrets[name]))
            except secret_managers.UnreadableSecretError as why:
                missing.append(f"the secret {name} cannot be read from {page.secrets[name]}: {why}")
        elif (kept := config.get_secret(name)) is not None:
            found[name] = kept
        else:
            missing.append(
                f"the secret {name} has no value: `pulumi config set --secret {name}` "
                f"encrypts one for the stack, and {env_secrets.variable(name)} in the environment gives one"
            )
    if missing:
        raise pulumi.RunError("\n".join(missing))
    return found


def about(apps: Mapping[str, App]) -> Iterable[str]:
    """The apps that this run is about: all, unless the engine was given only a part of the stack's state."""
    part = apps_in(os.environ.get("PULUMI_BACKEND_URL", ""), pulumi.get_stack())
    return apps if part is None else [name for name in apps if name in part]


async def registered(workloads: Iterable[Workload]) -> None:
    """Ends when the engine has answered for every object, well or not.

    What follows in the runtime asks for all pending outputs again whenever one is there (pulumi 3.255, wait_for_rpcs):
    with 500 apps that was half of the program's work. Here they are waited for once.
    """
    objects = (resource for workload in workloads for resource in workload.children.values())
    await asyncio.gather(*(resource.urn.future() for resource in objects), return_exceptions=True)


def export(cluster: Cluster, apps: Mapping[str, App]) -> None:
    pulumi.export("cluster", cluster_outputs(cluster))
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("urls", {name: found for name, spec in apps.items() if (found := app_urls(spec))})
