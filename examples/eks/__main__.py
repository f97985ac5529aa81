"""A cluster on Amazon EKS, and a web app with two hosts. Certificates come from AWS Certificate Manager."""

import pulumi
from anykube import EksCluster, NodePool, Route, Tls, WebService

zones, pools = ["eu-west-1a", "eu-west-1b"], {"servers": NodePool(min=2, max=6)}
cluster = EksCluster("shop", {"name": "shop", "region": "eu-west-1", "zones": zones, "pools": pools})
routes = [Route(host=host, tls=Tls(issuer="cluster")) for host in ("shop.example.com", "www.shop.example.com")]
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "routes": routes})
pulumi.export("namespace", shop.namespace)
pulumi.export("urls", shop.urls)
