"""Connects Google's client library to the account of a rehearsal, with a token of the deployer."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httplib2
from anykube_rehearsal.gcp.account.access import AUDIENCE, SIGNER, deployer
from google.oauth2.credentials import Credentials

from anykube_cli.preflight.gcp.clients import Session

_LIFETIME_SECONDS = 3600


class _RedirectingHttp(httplib2.Http):  # type: ignore[misc]  # it has no types
    """Sends every request for Google to the simulated account."""

    def __init__(self, url: str) -> None:
        super().__init__(proxy_info=None)
        self._url = url

    def request(self, uri: str, *args: Any, **kwargs: Any) -> Any:
        """Sends a request."""
        target = urlsplit(uri)
        redirected = f"{self._url}/{target.netloc}{target.path}" + (f"?{target.query}" if target.query else "")
        return super().request(redirected, *args, **kwargs)


def session(url: str, account: Path, project: str) -> Session:
    """A session of the project's owner. `account`: the folder of the simulated account; `url`: its address."""
    token = SIGNER.make(account, AUDIENCE, deployer(project), _LIFETIME_SECONDS)
    return Session(Credentials(token), lambda: _RedirectingHttp(url))
