"""Managed Kubernetes clusters, and apps on them, as Pulumi components.

    from anykube import EksCluster, WebService

    cluster = EksCluster("prod", {"name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]})
    WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0"})

A name's module is imported when the name is first used, so that a program loads only the cloud SDK that it needs.
The names are in `__init__.pyi`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
