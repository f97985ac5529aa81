"""A service on a cluster that something else created: the one that KUBECONFIG names."""

import os
from pathlib import Path

import pulumi
from anykube import ExistingCluster, WebService

kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
cluster = ExistingCluster("cluster", {"kubeconfig": kubeconfig})
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0"})
pulumi.export("namespace", shop.namespace)
