"""`localkube:index:Cluster`: a real Kubernetes API on loopback."""

from anykube_cli.kubernetes.cluster import Cluster, ClusterSettings
from anykube_cli.kubernetes.gateways import install_gateway_api
from anykube_cli.kubernetes.volumes import create_volumes
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import Properties


class ClusterInputs(Inputs):
    """See `anykube_cli.kubernetes.cluster.Settings`."""

    name: str
    version: str
    unpullable_images: str = ""
    crashing_images: str = ""
    gateway_api: bool = False
    """Put onto it in place. It stays there when it is no longer asked for: other stacks may use it."""


class ClusterResource(Resource[ClusterInputs]):
    """Its id is its name."""

    token = "localkube:index:Cluster"
    inputs = ClusterInputs
    # The failure patterns are stages that kwok reads when it is made.
    replaces = frozenset({"name", "version", "unpullableImages", "crashingImages"})
    secrets = frozenset({"kubeconfig"})
    volatile = frozenset({"kubeconfig", "endpoint"})

    def create(self, inputs: ClusterInputs) -> tuple[str, Properties]:
        """Makes the cluster, or wakes the one that is there."""
        cluster = Cluster(inputs.name)
        _make(cluster, inputs)
        return inputs.name, _outputs(cluster)

    def read(self, resource_id: str) -> Properties | None:
        """As its files say; whether it runs is for `drift`."""
        cluster = Cluster(resource_id)
        return _outputs(cluster) if cluster.exists else None

    def update(self, resource_id: str, old: Properties, inputs: ClusterInputs) -> Properties:
        """Wakes it; one whose files are lost is made anew, under its name and with an identity of its own."""
        del old
        cluster = Cluster(resource_id)
        _make(cluster, inputs)
        return _outputs(cluster)

    def delete(self, resource_id: str, old: Properties) -> None:
        """Ends its processes and removes its files."""
        del old
        Cluster(resource_id).delete()

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """A sleeping cluster is woken; one whose files are gone, or are another's, is made anew."""
        cluster = Cluster(resource_id)
        if not cluster.exists or cluster.fingerprint != old.get("identity"):
            return Diff(update=frozenset({"identity"}))
        if not cluster.is_running:
            return Diff(update=frozenset({"running"}))
        return Diff()

    def diff(self, resource_id: str, old: Properties, new: Properties) -> Diff:
        """A replacement takes the place of the old one, whose name it has.

        The Gateway API is only ever added, and older states do not have the field.
        """
        if old.get("gatewayApi") or not new.get("gatewayApi"):
            old = {**old, "gatewayApi": new.get("gatewayApi")}
        found = super().diff(resource_id, old, new)
        return Diff(found.update, found.replace, delete_before_replace=bool(found.replace))


def _make(cluster: Cluster, inputs: ClusterInputs) -> None:
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
