"""A cluster on Google Kubernetes Engine, and a web app with two hosts. Google issues the certificates."""

import pulumi
from anykube import GkeCluster, GkeOptions, NodePool, Route, Tls, WebService

zones, pools = ["europe-west1-b", "europe-west1-c"], {"servers": NodePool(min=2, max=6)}
gke = GkeOptions(project=pulumi.Config().require("project"))
cluster = GkeCluster("shop", {"name": "shop", "region": "europe-west1", "zones": zones, "pools": pools, "gke": gke})
routes = [Route(host=host, tls=Tls(issuer="cluster")) for host in ("shop.example.com", "www.shop.example.com")]
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "routes": routes})
pulumi.export("namespace", shop.namespace)
pulumi.export("urls", shop.urls)
