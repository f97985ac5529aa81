"""How Azure's own client libraries ask the account of a rehearsal: with a deployer's token, and by another way."""

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from anykube_rehearsal.azure import token
from anykube_rehearsal.azure.account.directory import DEPLOYER, object_id
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from anykube_cli.preflight.azure.clients import Session


class _Led(HTTPAdapter):
    """Goes to the account with all that would go to Azure."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> requests.Response:
        """As requests'."""
        asked, meant = urlsplit(str(request.url)), request.url
        request.url = f"{self._url}/{asked.netloc}{asked.path}?{asked.query}"
        try:
            return super().send(request, *given, **{**named, "proxies": None})
        finally:
            request.url = meant


class _Credential:
    """A token of Entra's for whoever brings stacks up."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """For Azure Resource Manager."""
        made = token.SIGNER.make(self._place, token.MANAGEMENT, object_id(DEPLOYER), token.LIFETIME)
        return AccessToken(made, int(time.time()) + token.LIFETIME)


def session(url: str, place: Path) -> Session:
    """As who deploys. `place` is the account's folder, `url` where it answers."""
    own = requests.Session()
    own.mount("https://", _Led(url))
    return Session(_Credential(place), RequestsTransport(session=own, session_owner=False))
