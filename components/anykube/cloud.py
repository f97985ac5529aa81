"""The API for adding a cloud: the definition that registers it, and base classes for its settings and component.

    from anykube.cloud import CloudDefinition, ManagedCluster

A cloud is a package in your own distribution with a `CloudDefinition`, and an entry point in the group `anykube.clouds`
that refers to the definition. For a complete example see tests/fourth_cloud in Anykube's repository.
"""

import lazy_loader

# Lazy, since looking up the clouds imports their definitions, and some of these names look up the clouds.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub("anykube", __file__)
