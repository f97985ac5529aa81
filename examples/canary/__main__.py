"""A canary: the next version of an app beside the present one, with a tenth of the requests.

To go on, raise the weight; to promote it, give the app its image and remove `next`; to give up, remove `next`.
"""

import os
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from anykube import Next, Route, Routing, Tls, WebService, WebServiceSpec

cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text()))

shop = WebService(
    "shop",
    WebServiceSpec(
        image="registry.example/shop:1.0.0",
        replicas=3,
        via="gateway",
        routes=(Route(host="shop.localhost", tls=Tls(secret_name="shop-tls")),),  # a Secret that is there already
        next=Next(image="registry.example/shop:1.1.0", weight=10, replicas=2),
    ),
    routing=Routing(gateway_class=pulumi.Config().get("gatewayClass") or "simulated"),
    opts=pulumi.ResourceOptions(providers=[cluster]),
)
pulumi.export("namespace", shop.namespace)
