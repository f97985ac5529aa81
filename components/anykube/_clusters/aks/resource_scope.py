"""`ResourceScope` for Azure: also with the subscription, location and tags of resources."""

from collections.abc import Mapping

import pulumi

from anykube._clusters import resource_scope

RETRYABLE_ERRORS = (
    # A new identity, which Entra has not replicated
    r"PrincipalNotFound",
    # A new role or assignment, which Azure Resource Manager or the service has not read yet
    r"RoleDefinitionDoesNotExist",
    r"CustomKubeletIdentityMissingPermissionError",
    r"ReadWriteSubnetPermissionDenied",
    r"KeyVault\w*PermissionDenied|KeyVault\w*AccessDenied",
    r"LinkedAuthorizationFailed",
)
"""Errors that pass when Azure has propagated an identity or a role.

https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/custom-kubelet-identity-missing-permission-error
"""


class ResourceScope(resource_scope.ResourceScope):
    """Names, options, location and tags for the child resources of a component."""

    def __init__(
        self,
        name: str,
        parent: pulumi.Resource,
        provider: pulumi.ProviderResource,
        *,
        subscription: str,
        location: str,
        tags: Mapping[str, pulumi.Input[str]],
    ) -> None:
        super().__init__(name, parent, provider, RETRYABLE_ERRORS)
        self.subscription, self.location, self.tags = subscription, location, dict(tags)
