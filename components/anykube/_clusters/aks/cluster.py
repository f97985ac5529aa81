"""`AksCluster`: a cluster on Azure Kubernetes Service, from the network to the Ingress class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_azure_native.authorization as authorization
import pulumi_azure_native.containerservice as containerservice
import pulumi_azure_native.resources as resources
import pulumi_kubernetes as kubernetes
from pulumi_azure_native.containerservice.outputs import ManagedClusterAgentPoolProfileResponse as Profile
from pulumi_azure_native.provider import Provider

from anykube._clusters.aks.access import access
from anykube._clusters.aks.args import AksClusterArgs
from anykube._clusters.aks.control_plane import control_plane
from anykube._clusters.aks.encryption import encryption
from anykube._clusters.aks.identity import Identities
from anykube._clusters.aks.immutable_pool import first_subnet, refused
from anykube._clusters.aks.kubeconfig import kubeconfig
from anykube._clusters.aks.logs import logged, workspace
from anykube._clusters.aks.maintenance import maintenance
from anykube._clusters.aks.network import network
from anykube._clusters.aks.platform import platform
from anykube._clusters.aks.pools import pools
from anykube._clusters.aks.resource_scope import ResourceScope
from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.aks.workloads import allowed
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, provider_of, secret_output
from anykube._validation import validated
from anykube._workloads.identity import CloudIdentity, IdentityBinding

if TYPE_CHECKING:
    from anykube.dicts import AksClusterArgsDict


class AksCluster(pulumi.ComponentResource):
    """A cluster on Azure Kubernetes Service, private and encrypted unless its spec says otherwise.

    Up it goes network, identities and roles, access → control plane with the first pool → the other pools → load
    balancers and certificates; down in the exact reverse, so that nothing is left that would block the
    network's end.

    Example: `AksCluster("prod", {"name": "prod", "region": "westeurope", "zones": ["1", "2", "3"], "pools": pools,
    "aks": {"subscription": "00000000-0000-0000-0000-000000000000"}})`

    :param name: the name of the resource.
    :param args: `AksClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options. Without an azure-native provider among them (`provider`, `providers`) the component
        creates one for the subscription and region.
    :raises pulumi.RunError: before anything is registered, for args that are wrong.
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
        self._children = children = _children(name, self, cloud, spec)
        self.group = resources.ResourceGroup(
            children.name("group"),
            resource_group_name=spec.name,
            location=children.location,
            tags=children.tags,
            opts=children.options(),
        )
        caller = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(provider=cloud))
        identities = Identities(children, self.group)
        self.network = network(children, spec, self.group, identities)
        automatic = spec.mode == "managed"
        key = None if automatic else encryption(children, spec, self.group, identities, caller.tenant_id)
        kept = workspace(children, spec, self.group)
        assignments = access(children, spec, self.group, caller)
        self.cluster = control_plane(children, spec, self.group, self.network, identities, key, assignments)
        around = [
            logged(children, spec, self.cluster, kept),
            *maintenance(children, spec, self.group, self.cluster),
        ]
        self.pools = {} if automatic else pools(children, spec, self.group, self.cluster, self.network)
        ready = [*assignments, *self.pools.values()]
        locked = [_lock(children, self.cluster, [*ready, *around])] if spec.protect and spec.aks.lock else []
        self.kubeconfig = secret_output(
            pulumi.Output.all(self._name_once_sure(), self._credentials()).apply(
                lambda parts: kubeconfig(parts[0], parts[1])
            )
        )
        self.cluster_name = self.cluster.name
        self.version = self.cluster.kubernetes_version
        address = self.cluster.fqdn if spec.api.public else self.cluster.private_fqdn
        self.endpoint = address.apply(lambda host: f"https://{host}:443")
        # The id comes back when a cluster of the same name is made again, and the address changes when a private
        # API is opened. This is Azure's own word for which of them it is.
        self.identity = self.cluster.resource_uid
        issuer = self.cluster.oidc_issuer_profile.apply(lambda profile: str(profile.issuer_url if profile else ""))
        self._issuer = issuer
        own = self._kubernetes(f"{name}-platform", ready)
        made = platform(children, spec, self.group, self.cluster, self.network, issuer, own)
        self.provider: kubernetes.Provider = self._kubernetes(f"{name}-kubernetes", [*ready, *locked, *made])
        self.context = cluster_context(spec, self.provider, self.grant)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})

    def _credentials(self) -> pulumi.Output[str]:
        """What a user may have, which without local accounts holds no credential. Never an administrator's."""
        answered = containerservice.list_managed_cluster_user_credentials_output(
            resource_group_name=self.group.name,
            resource_name=self.cluster.name,
            format="exec",
            opts=pulumi.InvokeOutputOptions(provider=self._children.provider),
        )
        return pulumi.Output.secret(answered.apply(lambda found: found.kubeconfigs[0].value))

    def _name_once_sure(self) -> pulumi.Output[str]:
        """The cluster's name. Raises pulumi.RunError where the page asks of its first pool what cannot be had."""
        if self._spec.mode == "managed":
            return self.cluster.name
        wanted = first_subnet(self._spec, self.network)

        def sure(profiles: Sequence[Profile] | None, subnet: str | None) -> None:
            if wrong := refused(self._spec, profiles, subnet):
                raise pulumi.RunError(f"AksCluster {self._spec.name}: {wrong}")

        def placed(profiles: Sequence[Profile] | None) -> pulumi.Output[str]:
            def known(parts: Sequence[str]) -> str:
                sure(profiles, parts[1])
                return parts[0]

            # A preview may not know the subnet, but it knows the rest.
            sure(profiles, None)
            return pulumi.Output.all(self.cluster.name, wanted).apply(known)

        return self.cluster.agent_pool_profiles.apply(placed)

    def _kubernetes(self, name: str, ready: Sequence[pulumi.Resource]) -> kubernetes.Provider:
        opts = pulumi.ResourceOptions(parent=self, depends_on=list(ready))
        return kubernetes_provider(name, self.kubeconfig, self.identity, opts)

    def grant(self, namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        """Lets the pods of a service account act in Azure, by roles over scopes.

        Raises pulumi.RunError where the identity has no section `azure`, or names a role that is not known.
        """
        asked = identity.azure
        if asked is None:
            raise pulumi.RunError(
                f"AksCluster {self._spec.name}: the identity of {namespace}/{service_account} says nothing of Azure; "
                "give it `azure` with roles."
            )
        return allowed(self._children, self.group, self._issuer, namespace, service_account, asked.roles)


def _children(name: str, parent: pulumi.Resource, cloud: Provider, spec: AksClusterSpec) -> ResourceScope:
    tags = {"anykube:cluster": spec.name, "anykube:stack": pulumi.get_stack(), **spec.tags}
    return ResourceScope(name, parent, cloud, subscription=spec.aks.subscription, location=spec.region, tags=tags)


def _provider(name: str, spec: AksClusterSpec, opts: pulumi.ResourceOptions) -> Provider:
    return Provider(name, subscription_id=spec.aks.subscription, location=spec.region, opts=opts)


def _lock(
    children: ResourceScope, cluster: containerservice.ManagedCluster, depends_on: Sequence[pulumi.Resource]
) -> pulumi.Resource:
    """Made last and lifted first, since a lock also holds what belongs to the cluster.

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
