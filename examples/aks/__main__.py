"""A cluster on Azure Kubernetes Service, and a web app with two hosts. Let's Encrypt issues the certificates."""

import pulumi
from anykube import AksCluster, AksOptions, NodePool, Route, Taint, Tls, WebService

config = pulumi.Config()
system = NodePool(count=3, taints=(Taint(key="CriticalAddonsOnly", value="true", effect="NoSchedule"),))
pools, zones = {"system": system, "servers": NodePool(min=3, max=6)}, ["1", "2", "3"]
aks = AksOptions(subscription=config.require("subscription"), dns_zone=config.require("dnsZone"))
cluster = AksCluster("shop", {"name": "shop", "region": "westeurope", "zones": zones, "pools": pools, "aks": aks})
routes = [Route(host=host, tls=Tls(issuer="cluster")) for host in ("shop.example.com", "www.shop.example.com")]
shop = WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0", "routes": routes})
pulumi.export("namespace", shop.namespace)
pulumi.export("urls", shop.urls)
