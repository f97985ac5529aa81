"""The identity on Google Cloud."""

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube_cli.callers.gcp import find
from anykube_cli.preflight.gcp.clients import Session
from google.oauth2.credentials import Credentials

_SPEC = GkeClusterSpec.model_validate(
    {
        "cloud": "gcp",
        "name": "shop",
        "region": "europe-west1",
        "zones": ["europe-west1-b", "europe-west1-c"],
        "mode": "managed",
        "gke": {"project": "my-project"},
    }
)


class _Google:
    """Answers like https://oauth2.googleapis.com/tokeninfo."""

    def __init__(self, **answer: str) -> None:
        self._answer = answer

    def request(self, uri: str, *, method: str, body: str, headers: dict[str, str]) -> tuple[Any, bytes]:
        is_known = uri.endswith("/tokeninfo") and method == "POST" and parse_qs(body) == {"access_token": ["secret"]}
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        return SimpleNamespace(status=200 if is_known else 400), json.dumps(self._answer).encode()


@pytest.mark.parametrize(
    ("email", "principal"),
    [
        ("ann@example.com", "user:ann@example.com"),
        ("ci@my-project.iam.gserviceaccount.com", "serviceAccount:ci@my-project.iam.gserviceaccount.com"),
    ],
)
def test_asks_google_whose_token_it_is(email: str, principal: str) -> None:
    session = Session(Credentials("secret"), lambda: _Google(email=email))
    assert find(_SPEC, session).principal == principal


def test_a_token_without_the_scope_names_nobody() -> None:
    session = Session(Credentials("secret"), lambda: _Google(azp="1"))
    assert find(_SPEC, session).principal is None
