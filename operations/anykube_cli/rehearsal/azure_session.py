"""Connects Azure's client libraries to the account of a rehearsal, with a token of the deployer."""

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


class _RedirectingAdapter(HTTPAdapter):
    """Sends every request for Azure to the simulated account."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Sends a request."""
        original = request.url
        target = urlsplit(str(original))
        request.url = f"{self._url}/{target.netloc}{target.path}?{target.query}"
        try:
            return super().send(request, *args, **{**kwargs, "proxies": None})
        finally:
            request.url = original


class _Credential:
    """An Entra token of the deployer."""

    def __init__(self, account: Path) -> None:
        self._account = account

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """A token for Azure Resource Manager."""
        text = token.SIGNER.make(self._account, token.MANAGEMENT, object_id(DEPLOYER), token.LIFETIME)
        return AccessToken(text, int(time.time()) + token.LIFETIME)


def session(url: str, account: Path) -> Session:
    """A session of the deployer. `account`: the folder of the simulated account; `url`: its address."""
    http = requests.Session()
    http.mount("https://", _RedirectingAdapter(url))
    return Session(_Credential(account), RequestsTransport(session=http, session_owner=False))
