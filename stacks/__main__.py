"""The program that Pulumi runs: settings → cluster → apps → outputs."""

import pulumi

from components.clusters.contract import Cluster, summary
from components.workloads.component import Workload
from components.workloads.make import component_of
from components.workloads.namespace import Namespace
from components.workloads.pods.secrets import resolve
from stacks.cluster import cluster_of, routing_of, site_of
from stacks.settings import Page, SettingsError, load
from stacks.settings.links import linked


def main() -> None:
    page = settings_of(pulumi.get_stack())
    cluster = cluster_of(page.cluster)
    apps = layer(page, cluster)
    export(cluster, apps)


def settings_of(stack: str) -> Page:
    """The stack's page. A wrong one ends the run with every mistake in it, before anything is registered."""
    try:
        return load(stack)
    except SettingsError as wrong:
        raise pulumi.RunError(str(wrong)) from None


def layer(page: Page, cluster: Cluster) -> dict[str, Workload]:
    """Puts the page's apps onto the cluster, each into its namespace."""
    config = pulumi.Config()
    onto = pulumi.ResourceOptions(providers=[cluster.provider])
    certificates, routing = routing_of(page.cluster)
    site = site_of(page.cluster, cluster)
    namespaces: dict[str, Namespace] = {}
    apps: dict[str, Workload] = {}
    for name, spec in linked(page).items():
        target = spec.namespace or page.namespace
        if target not in namespaces:
            namespaces[target] = Namespace(target, opts=onto)
        apps[name] = component_of(
            name,
            resolve(spec, config.require_secret),
            namespace=namespaces[target],
            certificates=certificates,
            routing=routing,
            site=site,
            opts=onto,
        )
    return apps


def export(cluster: Cluster, apps: dict[str, Workload]) -> None:
    pulumi.export("cluster", summary(cluster))
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("urls", {name: list(app.urls) for name, app in apps.items() if app.urls})


main()
