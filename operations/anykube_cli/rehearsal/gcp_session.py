"""How Google's own client library asks the account of a rehearsal: with a deployer's token, and by another way."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httplib2
from anykube_rehearsal.gcp.account.access import AUDIENCE, SIGNER, deployer
from google.oauth2.credentials import Credentials

from anykube_cli.preflight.gcp.clients import Session

_LIFETIME = 3600
"""Seconds."""


class _Led(httplib2.Http):  # type: ignore[misc]  # it has no types
    """Goes to the account with all that would go to Google."""

    def __init__(self, url: str) -> None:
        super().__init__(proxy_info=None)
        self._url = url

    def request(self, uri: str, *given: Any, **named: Any) -> Any:
        """As httplib2's."""
        asked = urlsplit(uri)
        led = f"{self._url}/{asked.netloc}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        return super().request(led, *given, **named)


def session(url: str, place: Path, project: str) -> Session:
    """As the owner of the project, who brings stacks up. `place` is the account's folder, `url` where it answers."""
    token = SIGNER.make(place, AUDIENCE, deployer(project), _LIFETIME)
    return Session(Credentials(token), lambda: _Led(url))
