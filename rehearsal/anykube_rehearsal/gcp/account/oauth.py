"""Google's token endpoint for keys of service accounts: a signed assertion becomes an access token.

https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anykube_cli.certificates import write_private
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.api import Api, ApiRequest
from anykube_rehearsal.cloud.account.model import Json, RefusedError
from anykube_rehearsal.gcp.account.access import AUDIENCE, SIGNER

HOST = "oauth2.googleapis.com"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
_DOCUMENT = "https://developers.google.com/identity/protocols/oauth2/service-account#error-codes"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME_SECONDS = 3599


def create_key(folder: Path, email: str, url: str) -> Json:
    """A key file of a service account, for the account at `url`. The account's folder keeps the public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_private(_key_file(folder, email), public.decode())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "client_email": email,
        "private_key": private.decode(),
        "private_key_id": "rehearsal",
        "token_uri": f"{url}/{HOST}/token",
    }


def unique_id(email: str) -> str:
    """The number of a service account: https://cloud.google.com/iam/docs/service-account-overview"""
    return f"1{int(hashlib.sha256(email.encode()).hexdigest(), 16) % 10**20:020}"


def _respond(account: Account, request: ApiRequest) -> Json:
    if (request.verb, request.path) != ("POST", "token") or request.form.get("grant_type") != _GRANT:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "unsupported_grant_type: only a signed assertion is", _DOCUMENT)
    claims = _claims(account.folder, request.form.get("assertion", ""))
    scopes = str(claims.get("scope", "")).split()
    # Without the scope for its address, a caller is known by its number:
    # https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
    caller = claims["iss"] if EMAIL in scopes else unique_id(claims["iss"])
    # A token without the scope for all of Google Cloud is valid for none of its APIs.
    audience = AUDIENCE if AUDIENCE in scopes else " ".join(scopes)
    token = SIGNER.make(account.folder, audience, caller, _LIFETIME_SECONDS)
    return {"access_token": token, "expires_in": _LIFETIME_SECONDS, "token_type": "Bearer"}


def _claims(folder: Path, assertion: str) -> Mapping[str, Any]:
    """The claims of a valid assertion."""
    try:
        head, body, signature = (_decode(part) for part in assertion.split("."))
        claims: dict[str, Any] = json.loads(body)
        is_signed = json.loads(head)["alg"] == "RS256"
        key = serialization.load_pem_public_key(_key_file(folder, str(claims["iss"])).read_bytes())
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signature, assertion.rpartition(".")[0].encode(), padding.PKCS1v15(), SHA256())
        is_current = claims["iat"] - 60 <= time.time() < claims["exp"] <= claims["iat"] + 3600
        is_for_google = str(claims["aud"]).endswith(f"/{HOST}/token")
    except (ValueError, KeyError, TypeError, OSError, InvalidSignature, binascii.Error):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_grant: Invalid JWT Signature", _DOCUMENT) from None
    if not (is_signed and is_current and is_for_google):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_grant: Invalid JWT", _DOCUMENT)
    return claims


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _key_file(folder: Path, email: str) -> Path:
    return folder / f"{unique_id(email)}.pem"


def _error(refused: RefusedError) -> Json:
    code, _, description = str(refused).partition(": ")
    return {"error": code, "error_description": description}


OAUTH = Api(_respond, _error)
"""The simulated endpoint."""
