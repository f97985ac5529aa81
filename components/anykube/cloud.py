"""What the author of a cloud imports: the definition that registers it, and the parts of its settings and component.

    from anykube.cloud import CloudDefinition, ManagedCluster

A cloud is a folder of your own distribution with a `CloudDefinition` in it, and an entry point of the group
`anykube.clouds` that names the definition. tests/fourth_cloud in Anykube's repository is a complete one.
"""

import lazy_loader

# Lazily, since a definition is imported while the clouds are looked up, and some of these names look them up.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub("anykube", __file__)
