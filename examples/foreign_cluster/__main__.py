"""A service on a cluster of somebody else's: the one that KUBECONFIG leads to."""

import os
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from anykube import WebService

theirs = kubernetes.Provider("theirs", kubeconfig=pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text()))
shop = WebService("shop", {"image": "registry.example/shop:1.0.0"}, opts=pulumi.ResourceOptions(providers=[theirs]))
pulumi.export("namespace", shop.namespace)
