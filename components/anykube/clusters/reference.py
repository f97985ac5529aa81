"""`ReferencedCluster`: the cluster of another stack, for stacks that hold apps only."""

from typing import cast

import pulumi
import pulumi_kubernetes as kubernetes

from anykube.clusters.contract import hidden, kubernetes_provider


class ReferencedCluster(pulumi.ComponentResource):
    """The cluster that the stack of that name exports, of the same project and organisation.

    It reads the outputs `cluster` and `kubeconfig`; the engine says so when the stack has none.
    """

    def __init__(self, name: str, stack: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("anykube:index:ReferencedCluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        qualified = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
        reference = pulumi.StackReference(f"{name}-{stack}", stack_name=qualified, opts=child)
        cluster = reference.require_output("cluster")
        self.cluster_name = cast("pulumi.Output[str]", cluster["name"])
        self.version = cast("pulumi.Output[str | None]", cluster["version"])
        self.endpoint = cast("pulumi.Output[str]", cluster["endpoint"])
        self.identity = cast("pulumi.Output[str]", cluster["identity"])
        self.kubeconfig = hidden(cast("pulumi.Output[str]", reference.require_output("kubeconfig")))
        self.provider: kubernetes.Provider = kubernetes_provider(
            f"{name}-kubernetes", self.kubeconfig, self.identity, child
        )
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})
