"""The files of a backend in Cloud Storage: requests judged by Google's own description."""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube_cli.preflight.gcp.clients import Session, service
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.gcp.files import GcsFiles
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import DENIED, Asked, RefusedError, Wire


@pytest.fixture
def wire() -> Wire:
    return Wire()


def _files(wire: Wire, folder: str = "") -> GcsFiles:
    session = Session(Credentials("secret-token"), lambda: wire)
    return GcsFiles(service(session, "storage", "v1").objects(), "state", folder)


def test_all_pages_below_the_address(wire: Wire) -> None:
    def listed(asked: Asked, _: Any) -> Mapping[str, Any]:
        assert asked["bucket"] == "state"
        assert asked["prefix"] == "team/.pulumi/locks/"
        if "pageToken" not in asked:
            return {"items": [{"name": "team/.pulumi/locks/1.json"}], "nextPageToken": "2"}
        return {"items": [{"name": "team/.pulumi/locks/2.json"}]}

    wire.answer("storage.objects.list", listed)
    assert _files(wire, "team").names(".pulumi/locks/") == [".pulumi/locks/1.json", ".pulumi/locks/2.json"]


def test_what_is_gone_meanwhile_is_nothing(wire: Wire) -> None:
    wire.answer("storage.objects.get", RefusedError(404, "notFound"))
    wire.answer("storage.objects.delete", RefusedError(404, "notFound"))
    assert _files(wire).read(".pulumi/locks/1.json") is None
    _files(wire).remove(".pulumi/locks/1.json")
    assert wire.calls == {"storage.objects.get", "storage.objects.delete"}


def test_a_refusal_is_a_sentence_without_googles_text(wire: Wire) -> None:
    wire.answer("storage.objects.list", DENIED)
    with pytest.raises(BackendError, match="the bucket state cannot be asked: 403 IAM_PERMISSION_DENIED") as refused:
        _files(wire).names("a")
    assert "secret" not in str(refused.value)
