"""The access tokens of the simulated Entra, which are valid for one application of the tenant.

All AKS clusters are the same application in Entra, so a token is valid for all clusters of the tenant. Each cluster
authorizes callers itself. https://azure.github.io/kubelogin/concepts/aks.html
"""

from anykube_rehearsal.cloud.token import Signer

SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application of all AKS clusters."""
MANAGEMENT = "https://management.azure.com/"
"""The audience of tokens for Azure Resource Manager."""
SIGNER = Signer("entra-rehearsal.")
LIFETIME = 3600
"""In seconds: https://learn.microsoft.com/en-us/entra/identity-platform/configurable-token-lifetimes"""
