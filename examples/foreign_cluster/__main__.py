"""A service on an existing cluster, whose kubeconfig is in KUBECONFIG."""

import os
from pathlib import Path

import pulumi
from anykube import ExistingCluster, WebService

kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
cluster = ExistingCluster("cluster", {"kubeconfig": kubeconfig})
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0"})
pulumi.export("namespace", shop.namespace)
