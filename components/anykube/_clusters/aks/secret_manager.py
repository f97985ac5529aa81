"""Azure Key Vault."""

from anykube._clouds.definition import SecretManager
from anykube._clouds.tokens import MissingError
from anykube._clusters.aks.credentials import secrets_credential
from anykube._secret_managers import UnreadableSecretError, get

SECRET_MANAGER = SecretManager(
    prefix="https://",
    pattern=r"https://[a-zA-Z0-9-]+\.vault\.azure\.net/secrets/[a-zA-Z0-9-]+(/[0-9a-f]{32})?",
    template="https://VAULT.vault.azure.net/secrets/NAME",
    read=f"{__name__}:read",
)


def read(reference: str) -> str:
    """Reads a secret: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret"""
    from azure.core.exceptions import AzureError

    try:
        token = secrets_credential().get_token("https://vault.azure.net/.default").token
    except (AzureError, MissingError) as error:
        raise UnreadableSecretError(str(error)) from None
    return str(get(f"{reference}?api-version=7.4", token)["value"])
