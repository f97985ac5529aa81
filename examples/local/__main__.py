"""A cluster on this machine, and a web app with two hosts. A local authority signs the certificates."""

import pulumi
from anykube import LocalCluster, Route, Tls, WebService

cluster = LocalCluster("local", {"name": "example", "pools": {"servers": {"count": 3}}})
routes = [Route(host=host, tls=Tls(issuer="cluster")) for host in ("shop.localhost", "www.shop.localhost")]
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "routes": routes})
pulumi.export("namespace", shop.namespace)
pulumi.export("urls", shop.urls)
