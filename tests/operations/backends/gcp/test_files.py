"""The files of a state backend in Cloud Storage, with requests validated by Google's discovery document."""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube_cli.preflight.gcp.clients import Session, build_client
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.gcp.files import GcsFiles
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import DENIED, Parameters, RefusedError, Wire


@pytest.fixture
def wire() -> Wire:
    return Wire()


def _files(wire: Wire, folder: str = "") -> GcsFiles:
    session = Session(Credentials("secret-token"), lambda: wire)
    return GcsFiles(build_client(session, "storage", "v1").objects(), "state", folder)


def test_lists_all_pages_in_a_folder(wire: Wire) -> None:
    def list_page(parameters: Parameters, _: Any) -> Mapping[str, Any]:
        assert parameters["bucket"] == "state"
        assert parameters["prefix"] == "team/.pulumi/locks/"
        if "pageToken" not in parameters:
            return {"items": [{"name": "team/.pulumi/locks/1.json"}], "nextPageToken": "2"}
        return {"items": [{"name": "team/.pulumi/locks/2.json"}]}

    wire.respond("storage.objects.list", list_page)
    assert _files(wire, "team").names(".pulumi/locks/") == [".pulumi/locks/1.json", ".pulumi/locks/2.json"]


def test_missing_file_is_none(wire: Wire) -> None:
    wire.respond("storage.objects.get", RefusedError(404, "notFound"))
    wire.respond("storage.objects.delete", RefusedError(404, "notFound"))
    assert _files(wire).read(".pulumi/locks/1.json") is None
    _files(wire).remove(".pulumi/locks/1.json")
    assert wire.calls == {"storage.objects.get", "storage.objects.delete"}


def test_error_message_leaves_out_googles_text(wire: Wire) -> None:
    wire.respond("storage.objects.list", DENIED)
    with pytest.raises(BackendError, match="Cannot list the bucket state: 403 IAM_PERMISSION_DENIED") as refused:
        _files(wire).names("a")
    assert "secret" not in str(refused.value)
