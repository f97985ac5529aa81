"""`ResourceScope` for AWS: also with where the IAM roles of a cluster are, and what limits them."""

import pulumi

from anykube._clusters import resource_scope


class ResourceScope(resource_scope.ResourceScope):
    """Names and options for the child resources of a component, and the path and boundary of its roles."""

    def __init__(
        self,
        name: str,
        parent: pulumi.Resource,
        provider: pulumi.ProviderResource,
        *,
        cluster: str,
        permissions_boundary: str | None,
    ) -> None:
        super().__init__(name, parent, provider)
        self.role_path = f"/anykube/{cluster}/"
        self.permissions_boundary = permissions_boundary
