"""Managed Kubernetes clusters, and apps on them, as Pulumi components.

    from anykube import EksCluster, WebService

    cluster = EksCluster("prod", {"name": "prod", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]})
    WebService("shop", {"cluster": cluster, "image": "registry.example/shop:1.0.0"})

The public names are in `__init__.pyi`. Each is imported when it is first used, so that a program loads only the cloud
SDK that it needs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
