"""A canary: the next version of an app runs beside the current one and answers 10% of the requests.

To continue, raise the weight. To promote it, set its image for the app and remove `next`. To abort, remove `next`.
"""

import os
from dataclasses import replace
from pathlib import Path

import pulumi
from anykube import ExistingCluster, IngressProfile, Next, Route, Tls, WebService, WebServiceArgs

kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
cluster = ExistingCluster("cluster", {"kubeconfig": kubeconfig})
# The GatewayClass of an existing cluster is unknown.
gateways = IngressProfile(gateway_class=pulumi.Config().get("gatewayClass") or "simulated")

shop = WebService(
    "shop",
    WebServiceArgs(
        cluster=replace(cluster.context, ingress=gateways),
        image="registry.example/shop:1.0.0",
        replicas=3,
        via="gateway",
        routes=(Route(host="shop.localhost", tls=Tls(secret_name="shop-tls")),),  # a Secret that exists
        next=Next(image="registry.example/shop:1.1.0", weight=10, replicas=2),
    ),
)
pulumi.export("namespace", shop.namespace)
