"""`ExistingCluster`: a cluster that somebody else made, by its kubeconfig."""

from pathlib import Path
from typing import cast

import pulumi
import pulumi_kubernetes as kubernetes

from anykube.clusters.contract import hidden, kubernetes_provider
from anykube.clusters.existing.kubeconfig import read
from anykube.clusters.spec import ExistingClusterSpec


class ExistingCluster(pulumi.ComponentResource):
    """Any cluster that a kubeconfig reaches: kind, minikube, a colleague's.

    Only the chosen context is used, and it goes into the state encrypted. Raises ValueError where it is not there.
    """

    def __init__(
        self,
        name: str,
        spec: ExistingClusterSpec,
        opts: pulumi.ResourceOptions | None = None,
        *,
        root: Path = Path(),
    ) -> None:
        super().__init__("anykube:index:ExistingCluster", name, None, opts)
        context = read(root / Path(spec.kubeconfig).expanduser(), spec.context)
        self.cluster_name = pulumi.Output.from_input(context.cluster)
        self.version = pulumi.Output.from_input(cast("str | None", None))
        self.endpoint = pulumi.Output.from_input(context.server)
        self.identity = pulumi.Output.from_input(context.identity)
        self.kubeconfig = hidden(context.kubeconfig)
        self.provider: kubernetes.Provider = kubernetes_provider(
            f"{name}-kubernetes", self.kubeconfig, self.identity, pulumi.ResourceOptions(parent=self)
        )
        self.register_outputs({"name": self.cluster_name, "endpoint": self.endpoint})
