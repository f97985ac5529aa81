"""The endpoint of managed identities, as Azure's App Service has it on a local address.

It gives a token only to who knows the header's value. A rehearsal's deployer logs in here, since Entra's other logins
need https. https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

import hashlib
import time
from http import HTTPStatus
from pathlib import Path

from anykube_rehearsal.azure import token
from anykube_rehearsal.azure.account import directory
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.api import Api, ApiRequest
from anykube_rehearsal.cloud.account.model import Json, RefusedError
from anykube_rehearsal.cloud.token import key_file

HOST = "identity"
"""The first segment of its path."""
_VERSION = "2019-08-01"
_DOCUMENT = "https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference"
_RESOURCES = {token.SERVER, token.MANAGEMENT.rstrip("/")}


def header_value(folder: Path) -> str:
    """The value of the header X-IDENTITY-HEADER, for the account in a folder that runs or ran."""
    return hashlib.sha256(f"identity {key_file(folder).read_text('utf-8')}".encode()).hexdigest()


def _respond(account: Account, request: ApiRequest) -> Json:
    if (request.verb, request.path, request.query.get("api-version")) != ("GET", "token", _VERSION):
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"only GET token of api-version {_VERSION}", _DOCUMENT)
    if request.headers.get("X-Identity-Header") != header_value(account.folder):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "X-IDENTITY-HEADER is missing or has another value", _DOCUMENT)
    resource = request.query.get("resource", "").rstrip("/")
    if resource not in _RESOURCES:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"AADSTS500011: the resource {resource} was not found", _DOCUMENT)
    principal = directory.object_id(request.query.get("client_id", ""))
    if directory.find(account, principal) is None:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "no identity with this client id is assigned", _DOCUMENT)
    audience = token.SERVER if resource == token.SERVER else token.MANAGEMENT
    text = token.SIGNER.make(account.folder, audience, principal, token.LIFETIME)
    return {
        "access_token": text,
        "expires_on": str(int(time.time()) + token.LIFETIME),
        "resource": resource,
        "token_type": "Bearer",
    }


def _error(refused: RefusedError) -> Json:
    return {"statusCode": refused.status, "message": str(refused)}


IDENTITY = Api(_respond, _error)
"""The simulated endpoint."""
