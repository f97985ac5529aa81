"""`localkube:index:Cluster`: a real Kubernetes API on loopback."""

from anykube_cli.kubernetes.cluster import Cluster, ClusterSettings
from anykube_cli.kubernetes.gateways import install_gateway_api
from anykube_cli.kubernetes.volumes import create_volumes
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import Properties


class ClusterInputs(Inputs):
    """A local cluster. See `anykube_cli.kubernetes.cluster.ClusterSettings`."""

    name: str
    version: str
    unpullable_images: str = ""
    crashing_images: str = ""
    gateway_api: bool = False
    """Whether to install the Gateway API, in place. False never removes it, because other stacks may use it."""


class ClusterResource(Resource[ClusterInputs]):
    """The resource id is the name."""

    token = "localkube:index:Cluster"
    inputs = ClusterInputs
    # The image patterns are part of the stages that KWOK is created with.
    replaces = frozenset({"name", "version", "unpullableImages", "crashingImages"})
    secrets = frozenset({"kubeconfig"})
    volatile = frozenset({"kubeconfig", "endpoint"})

    def create(self, inputs: ClusterInputs) -> tuple[str, Properties]:
        """Creates the cluster, or starts the existing one."""
        cluster = Cluster(inputs.name)
        _create(cluster, inputs)
        return inputs.name, _outputs(cluster)

    def read(self, resource_id: str) -> Properties | None:
        """Reads the outputs from the cluster's files. `drift` checks whether it is running."""
        cluster = Cluster(resource_id)
        return _outputs(cluster) if cluster.exists else None

    def update(self, resource_id: str, old: Properties, inputs: ClusterInputs) -> Properties:
        """Starts the cluster. If its files are lost, creates it again with the same name and a new identity."""
        del old
        cluster = Cluster(resource_id)
        _create(cluster, inputs)
        return _outputs(cluster)

    def delete(self, resource_id: str, old: Properties) -> None:
        """Stops the cluster's processes and removes its files."""
        del old
        Cluster(resource_id).delete()

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """Starts a stopped cluster. Recreates one whose files are missing or belong to another cluster."""
        cluster = Cluster(resource_id)
        if not cluster.exists or cluster.fingerprint != old.get("identity"):
            return Diff(update=frozenset({"identity"}))
        if not cluster.is_running:
            return Diff(update=frozenset({"running"}))
        return Diff()

    def diff(self, resource_id: str, old: Properties, new: Properties) -> Diff:
        """Deletes the old cluster before a replacement, because both have the same name.

        Ignores the removal of the Gateway API, and states of older versions without the field.
        """
        if old.get("gatewayApi") or not new.get("gatewayApi"):
            old = {**old, "gatewayApi": new.get("gatewayApi")}
        diff = super().diff(resource_id, old, new)
        return Diff(diff.update, diff.replace, delete_before_replace=bool(diff.replace))


def _create(cluster: Cluster, inputs: ClusterInputs) -> None:
    cluster.create(ClusterSettings(inputs.version, inputs.unpullable_images, inputs.crashing_images))
    with cluster.api() as api:
        create_volumes(api)
    if inputs.gateway_api:
        install_gateway_api(cluster)


def _outputs(cluster: Cluster) -> Properties:
    settings = cluster.settings
    return {
        "name": cluster.name,
        "version": settings.version,
        "unpullableImages": settings.unpullable_images,
        "crashingImages": settings.crashing_images,
        "gatewayApi": cluster.has_gateway_api,
        "endpoint": cluster.server,
        "identity": cluster.fingerprint,
        "certificateAuthority": cluster.certificate_authority,
        "kubeconfig": cluster.kubeconfig(),
    }
