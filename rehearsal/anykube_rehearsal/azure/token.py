"""Tokens of Entra, as the simulated one gives them: for an application of a tenant, and for nobody else.

A token is for all AKS clusters of the tenant, since these are one application to Entra; whom it lets in is each
cluster's own matter. https://azure.github.io/kubelogin/concepts/aks.html
"""

from anykube_rehearsal.cloud.token import Signer

SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application that stands for every AKS cluster."""
MANAGEMENT = "https://management.azure.com/"
"""Azure Resource Manager, to which others than clusters talk."""
SIGNER = Signer("entra-rehearsal.")
LIFETIME = 3600
"""Seconds: https://learn.microsoft.com/en-us/entra/identity-platform/configurable-token-lifetimes"""
