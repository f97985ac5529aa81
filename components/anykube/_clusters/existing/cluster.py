"""`ExistingCluster`: a cluster that Anykube does not manage, by its kubeconfig."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pulumi
import pulumi_kubernetes as kubernetes

from anykube import project
from anykube._clusters.existing.args import ExistingClusterArgs
from anykube._clusters.existing.kubeconfig import Context, parse, read
from anykube._clusters.lookup import cluster_context
from anykube._clusters.protocol import kubernetes_provider, secret_output
from anykube._validation import validated

if TYPE_CHECKING:
    from anykube.dicts import ExistingClusterArgsDict


class ExistingCluster(pulumi.ComponentResource):
    """Any cluster with a kubeconfig: kind, minikube, a colleague's cluster, or one that the same program creates.

    It uses only one context of the kubeconfig, and stores it encrypted in the state.

    Example: `ExistingCluster("kind", {"kubeconfig": "~/.kube/config", "context": "kind-kind"})`

    :param name: the name of the resource.
    :param args: `ExistingClusterArgs`, or a dict of the same keys.
    :param opts: Pulumi's options.
    :raises pulumi.RunError: if the kubeconfig or its context is missing, before any resource is registered.
    """

    def __init__(
        self,
        name: str,
        args: "ExistingClusterArgs | ExistingClusterArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        spec = validated("ExistingCluster", name, ExistingClusterArgs, args)
        context = _load_context(spec)
        super().__init__("anykube:index:ExistingCluster", name, None, opts)
        self.cluster_name = context.apply(lambda value: value.cluster)
        self.version = pulumi.Output.from_input(cast("str | None", None))
        self.endpoint = context.apply(lambda value: value.server)
        self.identity = context.apply(lambda value: value.identity)
        self.kubeconfig = secret_output(context.apply(lambda value: value.kubeconfig))
        self.provider: kubernetes.Provider = kubernetes_provider(
            f"{name}-kubernetes", self.kubeconfig, self.identity, pulumi.ResourceOptions(parent=self)
        )
        self.context = cluster_context(spec, self.provider)
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})


def _load_context(spec: ExistingClusterArgs) -> pulumi.Output[Context]:
    def parse_output(content: str) -> Context:
        try:
            return parse(content, spec.context)
        except ValueError as error:
            raise pulumi.RunError(f"ExistingCluster {spec.name}: {error}") from None

    if isinstance(spec.kubeconfig, pulumi.Output):
        return spec.kubeconfig.apply(parse_output)
    try:
        return pulumi.Output.from_input(read(project.root() / Path(spec.kubeconfig).expanduser(), spec.context))
    except ValueError as error:
        raise pulumi.RunError(str(error)) from None
