"""`AksCluster`: a cluster on Azure Kubernetes Service with its network, nodes, permissions and load balancers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes
from pulumi_azure_native.containerservice.outputs import ManagedClusterAgentPoolProfileResponse as Profile
from pulumi_azure_native.provider import Provider

from anykube._clusters.aks.access import grant_access
from anykube._clusters.aks.args import AksClusterArgs
from anykube._clusters.aks.control_plane import create_control_plane
from anykube._clusters.aks.encryption import create_encryption_key
from anykube._clusters.aks.identity import Identities
from anykube._clusters.aks.immutable_pool import first_subnet, immutable_changes
from anykube._clusters.aks.kubeconfig import kubeconfig
from anykube._clusters.aks.logs import create_log_workspace, send_logs
from anykube._clusters.aks.maintenance import create_maintenance_windows
from anykube._clusters.aks.network import create_network
from anykube._clusters.aks.platform import install_platform
from anykube._clusters.aks.pools import create_pools
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.aks.workloads import create_workload_identity
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import AksClusterArgsDict


class AksCluster(pulumi.ComponentResource):
    """A cluster on Azure Kubernetes Service, private and encrypted by default.

    Resources are created in this order: network, identities and role assignments; control plane with the first pool;
    other pools; load balancers and certificates. They are deleted in reverse, so that nothing blocks the deletion of
    the network.

    Example: `AksCluster("prod", {"name": "prod", "region": "westeurope", "zones": ["1", "2", "3"], "pools": pools,
    "aks": {"subscription": "00000000-0000-0000-0000-000000000000"}})`

    :param name: the name of the resource.
    :param args: `AksClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without an azure-native provider in `provider` or `providers`, the component creates
        one for the subscription and region.
    :raises pulumi.RunError: if args are invalid, before any resource is registered.
    """

    def __init__(
        self,
        name: str,
        args: "AksClusterArgs | AksClusterArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = validated("AksCluster", name, AksClusterArgs, args)
        super().__init__("anykube:index:AksCluster", name, None, opts)
        self._spec = spec
        cloud = provider_of(self, "azure-native", Provider) or _provider(
            f"{name}-azure", spec, pulumi.ResourceOptions(parent=self)
        )
        self._children = children = _resource_scope(name, self, cloud, spec)
        self.group = resources.ResourceGroup(
            children.name("group"),
            resource_group_name=spec.name,
            location=children.location,
            tags=children.tags,
            opts=children.options(),
        )
        caller = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(provider=cloud))
        identities = Identities(children, self.group)
        self.network = create_network(children, spec, self.group, identities)
        automatic = spec.mode == "managed"
        key = None if automatic else create_encryption_key(children, spec, self.group, identities, caller.tenant_id)
        workspace = create_log_workspace(children, spec, self.group)
        assignments = grant_access(children, spec, self.group, caller)
        self.cluster = create_control_plane(children, spec, self.group, self.network, identities, key, assignments)
        settings = [
            send_logs(children, spec, self.cluster, workspace),
            *create_maintenance_windows(children, spec, self.group, self.cluster),
        ]
        self.pools = {} if automatic else create_pools(children, spec, self.group, self.cluster, self.network)
        ready = [*assignments, *self.pools.values()]
        lock = [_create_lock(children, self.cluster, [*ready, *settings])] if spec.protect and spec.aks.lock else []
        self.kubeconfig = secret_output(
            pulumi.Output.all(self._checked_name(), self._credentials()).apply(
                lambda values: kubeconfig(values[0], values[1], spec.aks.subscription)
            )
        )
        self.cluster_name = self.cluster.name
        self.version = self.cluster.kubernetes_version
        address = self.cluster.fqdn if spec.api.public or spec.api.internal else self.cluster.private_fqdn
        self.endpoint = address.apply(lambda host: f"https://{host}:443")
        # A new cluster with the same name has the same ID, and the address changes when a private API becomes public.
        # The resource UID identifies the cluster.
        self.identity = self.cluster.resource_uid
        issuer = self.cluster.oidc_issuer_profile.apply(lambda profile: str(profile.issuer_url if profile else ""))
        self._issuer = issuer
        provider = self._create_provider(f"{name}-platform", ready)
        installed = install_platform(children, spec, self.group, self.cluster, self.network, issuer, provider)
        self.provider: kubernetes.Provider = self._create_provider(f"{name}-kubernetes", [*ready, *lock, *installed])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _credentials(self) -> pulumi.Output[str]:
        """The user kubeconfig. With local accounts disabled it contains no credentials."""
        response = containerservice.list_managed_cluster_user_credentials_output(
            resource_group_name=self.group.name,
            resource_name=self.cluster.name,
            format="exec",
            server_fqdn=self._server_fqdn(),
            opts=pulumi.InvokeOutputOptions(provider=self._children.provider),
        )
        return pulumi.Output.secret(response.apply(lambda result: result.kubeconfigs[0].value))

    def _server_fqdn(self) -> pulumi.Output[str | None]:
        """Which name of a private cluster the kubeconfig has. None: the private one.

        Unknown in the preview of the run that adds the public name: until then, AKS rejects a request for it.
        """
        internal = bool(self._spec.api.internal)
        return self.cluster.fqdn.apply(lambda name: "public" if internal and name else None)

    def _checked_name(self) -> pulumi.Output[str]:
        """The cluster's name. Raises pulumi.RunError if settings change immutable fields of the first pool."""
        if self._spec.mode == "managed":
            return self.cluster.name
        subnet_id = first_subnet(self._spec, self.network)

        def check(profiles: Sequence[Profile] | None, subnet: str | None) -> None:
            if changes := immutable_changes(self._spec, profiles, subnet):
                raise pulumi.RunError(f"AksCluster {self._spec.name}: {changes}")

        def check_profiles(profiles: Sequence[Profile] | None) -> pulumi.Output[str]:
            def check_subnet(values: Sequence[str]) -> str:
                check(profiles, values[1])
                return values[0]

            # A preview may not know the subnet. Check the other fields first.
            check(profiles, None)
            return pulumi.Output.all(self.cluster.name, subnet_id).apply(check_subnet)

        return self.cluster.agent_pool_profiles.apply(check_profiles)

    def _create_provider(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Gives the pods of a service account a managed identity with the roles of `identity.azure`.

        Raises pulumi.RunError if the identity has no section `azure`, or contains an unknown role.
        """
        if identity.azure is None:
            subject = f"AksCluster {self._spec.name}: the identity of {namespace}/{service_account}"
            raise pulumi.RunError(f"{subject} has no section `azure`. Add `azure` with roles.")
        return create_workload_identity(
            self._children, self.group, self._issuer, namespace, service_account, identity.azure.roles
        )


def _resource_scope(name: str, parent: pulumi.Resource, cloud: Provider, spec: AksClusterSpec) -> ResourceScope:
    tags = {"anykube:cluster": spec.name, "anykube:stack": pulumi.get_stack(), **spec.tags}
    return ResourceScope(name, parent, cloud, subscription=spec.aks.subscription, location=spec.region, tags=tags)


def _provider(name: str, spec: AksClusterSpec, opts: pulumi.ResourceOptions) -> Provider:
    return Provider(name, subscription_id=spec.aks.subscription, location=spec.region, opts=opts)


def _create_lock(
    children: ResourceScope, cluster: containerservice.ManagedCluster, depends_on: Sequence[pulumi.Resource]
) -> pulumi.Resource:
    """Locks the cluster against deletion. Created last and deleted first, since a lock also covers child resources.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#lock-inheritance
    """
    return authorization.ManagementLockByScope(
        children.name("lock"),
        lock_name="anykube-protect",
        scope=cluster.id,
        level="CanNotDelete",
        notes="Lifted by `protect: false` on the page of the stack, and a run of its own.",
        opts=children.options(depends_on=depends_on),
    )
