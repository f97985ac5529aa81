"""`ReferencedCluster`: the cluster of another stack, for stacks that contain only apps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import BeforeValidator

from anykube._clouds.registry import definitions
from anykube._clusters.lookup import cluster_context
from anykube._clusters.managed import ManagedCluster
from anykube._clusters.protocol import kubernetes_provider, secret_output
from anykube._clusters.spec import ClusterReference, ExistingClusterSpec, LocalClusterSpec
from anykube._validation import validated

if TYPE_CHECKING:
    from anykube.dicts import ReferencedClusterArgsDict


def _parse_settings(settings: object) -> object:
    """Parses a dict with the model of its `cloud`. Returns anything else unchanged."""
    cloud = definitions().get(str(settings.get("cloud"))) if isinstance(settings, Mapping) else None
    return cloud.model.model_validate(settings) if cloud else settings


class ReferencedClusterArgs(ClusterReference):
    """The args of `ReferencedCluster`."""

    settings: Annotated[
        LocalClusterSpec | ManagedCluster | ExistingClusterSpec | None, BeforeValidator(_parse_settings)
    ] = None
    """The spec of that cluster. None: unknown; Ingresses then get the default class and no annotations."""


class ReferencedCluster(pulumi.ComponentResource):
    """The cluster of another stack in the same project and organization.

    It reads the outputs `cluster` and `kubeconfig` of that stack, and fails if they are missing. Apps on it cannot have
    a cloud identity: only the stack that creates the cluster can grant one.

    Example: `ReferencedCluster("platform", {"stack": "aws-prod", "settings": {"cloud": "aws", ...}})`

    :param name: the name of the resource.
    :param args: `ReferencedClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options.
    :raises pulumi.RunError: if args are invalid, before any resource is registered.
    """

    def __init__(
        self,
        name: str,
        args: "ReferencedClusterArgs | ReferencedClusterArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = validated("ReferencedCluster", name, ReferencedClusterArgs, args)
        super().__init__("anykube:index:ReferencedCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        qualified = f"{pulumi.get_organization()}/{pulumi.get_project()}/{spec.stack}"
        reference = pulumi.StackReference(f"{name}-{spec.stack}", stack_name=qualified, opts=child)
        cluster = reference.require_output("cluster")
        self.cluster_name = cast("pulumi.Output[str]", cluster["name"])
        self.version = cast("pulumi.Output[str | None]", cluster["version"])
        self.endpoint = cast("pulumi.Output[str]", cluster["endpoint"])
        self.identity = cast("pulumi.Output[str]", cluster["identity"])
        self.kubeconfig = secret_output(cast("pulumi.Output[str]", reference.require_output("kubeconfig")))
        self.provider: kubernetes.Provider = kubernetes_provider(
            f"{name}-kubernetes", self.kubeconfig, self.identity, child
        )
        self.context = cluster_context(spec.settings, self.provider)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})
