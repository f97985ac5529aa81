"""Google Secret Manager."""

import base64

from anykube._clouds.definition import SecretManager
from anykube._clusters.gke.credentials import access_token
from anykube._secret_managers import UnreadableSecretError, get

SECRET_MANAGER = SecretManager(
    prefix="projects/",
    pattern=r"projects/[a-z0-9-]+/secrets/[\w-]+(/versions/\w+)?",
    template="projects/PROJECT/secrets/NAME",
    read=f"{__name__}:read",
)


def read(reference: str) -> str:
    """Reads a secret: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access"""
    from google.auth.exceptions import GoogleAuthError

    try:
        token = access_token().text
    except GoogleAuthError as error:
        raise UnreadableSecretError(str(error)) from None
    version = reference if "/versions/" in reference else f"{reference}/versions/latest"
    response = get(f"https://secretmanager.googleapis.com/v1/{version}:access", token)
    return base64.b64decode(response["payload"]["data"]).decode()
