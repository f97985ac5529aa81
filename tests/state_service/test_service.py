"""Pulumi's HTTP protocol over a real connection."""

import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.state_service.partial_update import PartialUpdate
from anykube_cli.state_service.service import Service
from anykube_cli.state_service.store import Store

_STACK = "/api/stacks/organization/anykube/local"


@dataclass
class _Client:
    service: Service
    pid: int = os.getpid()

    def __call__(
        self, method: str, path: str, content: object = None, *, compress: bool = False, token: str = ""
    ) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.service.server_port, timeout=10)
        body = b"" if content is None else json.dumps(content).encode()
        headers = {
            "Authorization": f"token {token or f'{self.service.secret}.{self.pid}'}",
            "User-Agent": "pulumi-cli/1 (v3.255.0; linux)",
        }
        if compress:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, json.loads(content) if content else None


@pytest.fixture
def client(tmp_path: Path) -> Iterator[_Client]:
    with Service(Store(tmp_path)) as service:
        thread = threading.Thread(target=service.serve_forever, daemon=True)
        thread.start()
        yield _Client(service)
        service.shutdown()


def _begin(client: _Client, kind: str = "update", **options: object) -> str:
    status, planned = client("POST", f"{_STACK}/{kind}", {"options": options, "metadata": {"message": "m"}})
    assert status == 200
    update = f"{_STACK}/update/{planned['updateID']}"
    status, begun = client("POST", update, {"journalVersion": 1, "tags": {"a": "b"}})
    assert status == 200, begun
    assert begun["journalVersion"] == 1
    assert begun["token"]
    return update


def _entries(*names: str) -> dict[str, object]:
    states = [{"urn": f"urn:pulumi:local::anykube::a:b:C::{name}", "type": "a:b:C", "custom": True} for name in names]
    return {
        "entries": [
            {"version": 1, "kind": 1, "sequenceID": number, "operationID": number, "state": state}
            for number, state in enumerate(states, 1)
        ]
    }


def _create_stack(client: _Client) -> None:
    assert client("POST", "/api/stacks/organization/anykube", {"stackName": "local"})[0] == 200


def _resource_count(client: _Client) -> int:
    return len(client("GET", f"{_STACK}/export")[1]["deployment"].get("resources", []))


@pytest.mark.parametrize("token", ["wrong", "wrong.1", ".1", "{secret}", "{secret}.x"])
def test_rejects_invalid_token(client: _Client, token: str) -> None:
    status, response = client("GET", "/api/user/stacks", token=token.format(secret=client.service.secret))
    assert (status, response["message"]) == (401, "invalid access token")


def test_listens_on_loopback(client: _Client) -> None:
    assert client.service.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    ["/api/stacks/organization/anykube/nothing", "/api/stacks/organization/../x/export", "/api/stacks/other/a/b"],
)
def test_unknown_path_is_not_found(client: _Client, path: str) -> None:
    assert client("GET", path)[0] == 404


def test_stack_life_cycle(client: _Client) -> None:
    _create_stack(client)
    assert client("POST", "/api/stacks/organization/anykube", {"stackName": "local"})[0] == 409
    assert client("HEAD", "/api/stacks/organization/anykube")[0] in (200, 204)
    assert client("GET", f"{_STACK}/updates/latest")[0] == 404
    update = _begin(client)
    assert client("GET", _STACK)[1]["currentOperation"]["kind"] == "update"
    assert client("PATCH", f"{update}/journalentries", _entries("a", "b"), compress=True)[0] == 204
    events = {"events": [{"sequence": 1}, {"summaryEvent": {"resourceChanges": {"create": 2}}}]}
    assert client("POST", f"{update}/events/batch", events, compress=True)[0] == 204
    assert client("POST", f"{update}/renew_lease", {"duration": 300})[1]["token"]
    assert client("POST", f"{update}/complete", {"status": "succeeded"})[0] == 204
    assert "currentOperation" not in client("GET", _STACK)[1]
    [entry] = client("GET", f"{_STACK}/updates?pageSize=1&page=1")[1]["updates"]
    assert (entry["resourceChanges"], entry["message"]) == ({"create": 2}, "m")
    assert client("GET", f"{_STACK}/updates/latest")[1]["info"] == entry
    [summary] = client("GET", "/api/user/stacks")[1]["stacks"]
    assert (summary["stackName"], summary["resourceCount"]) == ("local", 2)
    assert client("DELETE", _STACK)[1]["message"] == "Bad Request: Stack still contains resources."
    assert client("DELETE", f"{_STACK}?force=true")[0] == 204
    assert client("GET", _STACK)[0] == 404


def test_preview_is_not_in_history(client: _Client) -> None:
    _create_stack(client)
    for kind, options in (("preview", {}), ("update", {"dryRun": True})):
        update = _begin(client, kind, **options)
        assert client("POST", f"{update}/events/batch", {"events": [{"summaryEvent": {}}]})[0] == 204
        assert client("POST", f"{update}/complete", {"status": "succeeded"})[0] == 204
    assert client("GET", f"{_STACK}/updates")[1]["updates"] == []


def test_second_update_is_rejected_with_pid_of_first(client: _Client) -> None:
    _create_stack(client)
    _begin(client)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        second = _Client(client.service, other.pid)
        planned = second("POST", f"{_STACK}/update", {})[1]["updateID"]
        status, response = second("POST", f"{_STACK}/update/{planned}", {"journalVersion": 1})
        assert status == 409
        assert f"process {os.getpid()}" in response["message"]
    finally:
        other.communicate()


def test_cancelled_update_cannot_write(client: _Client) -> None:
    _create_stack(client)
    first = _begin(client)
    assert client("POST", f"{first}/cancel")[0] == 204
    second = _begin(client)
    assert client("PATCH", f"{first}/journalentries", _entries("late"))[0] == 409
    assert client("POST", f"{first}/complete", {"status": "failed"})[0] == 409
    assert client("PATCH", f"{second}/journalentries", _entries("a"))[0] == 204
    assert _resource_count(client) == 1


def test_import_and_export(client: _Client) -> None:
    _create_stack(client)
    state = {"version": 3, "deployment": {"resources": [{"urn": "urn:x", "type": "a:b:C"}]}}
    update_id = client("POST", f"{_STACK}/import", state)[1]["updateId"]
    assert client("GET", f"{_STACK}/update/{update_id}")[1]["status"] == "succeeded"
    assert client("GET", f"{_STACK}/export")[1] == state


def test_rejects_encryption_by_pulumi_cloud(client: _Client) -> None:
    _create_stack(client)
    status, response = client("POST", f"{_STACK}/encrypt", {"plaintext": "eA=="})
    assert status == 400
    assert "--secrets-provider passphrase" in response["message"]


def test_rejects_engine_without_journaling(client: _Client) -> None:
    _create_stack(client)
    planned = client("POST", f"{_STACK}/update", {})[1]["updateID"]
    status, response = client("POST", f"{_STACK}/update/{planned}", {})
    assert (status, "PULUMI_DISABLE_JOURNALING" in response["message"]) == (400, True)


def test_stops_if_no_engine_is_running(client: _Client) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    _Client(client.service, dead.pid)("GET", "/api/user")
    assert client("POST", "/api/anykube/end")[1] == {"ending": True}
    assert client("GET", "/api/user")[0] == 503


def test_does_not_stop_while_engine_is_running(client: _Client) -> None:
    client("GET", "/api/user")
    other = subprocess.Popen([sys.executable, "-c", ""])
    other.wait()
    assert _Client(client.service, other.pid)("POST", "/api/anykube/end")[1] == {"ending": False}


def test_partial_url_applies_to_one_stack(client: _Client) -> None:
    component = {"urn": "urn:pulumi:local::anykube::anykube:index:WebService::a", "type": "anykube:index:WebService"}
    other = {**component, "urn": component["urn"][:-1] + "b"}
    deployment = {"version": 3, "deployment": {"resources": [component, other]}}
    for name in ("local", "base"):
        content = {"stackName": name, "state": deployment}
        assert client("POST", "/api/stacks/organization/anykube", content)[0] == 200
    stack = client.service.store.stack("anykube", "local")
    assert stack.plan_partial_update(PartialUpdate("b", 0, (component["urn"],)), stack.deployment())

    def names(path: str) -> list[str]:
        status, content = client("GET", path)
        assert status == 200, content
        return [resource["urn"][-1] for resource in content["deployment"]["resources"]]

    assert names(f"/part/local/b{_STACK}/export") == ["b"]
    assert names(f"{_STACK}/export") == ["a", "b"]
    assert names("/part/local/b/api/stacks/organization/anykube/base/export") == ["a", "b"]
    assert client("GET", f"/part/local/a{_STACK}/export")[0] == 409
    for kind in ("destroy", "refresh"):
        status, response = client("POST", f"/part/local/b{_STACK}/{kind}", {})
        assert (status, response["message"]) == (400, f"a {kind} cannot be partial")
    _, planned = client("POST", f"/part/local/b{_STACK}/update", {})
    assert client("POST", f"/part/local/b{_STACK}/update/{planned['updateID']}", {"journalVersion": 1})[0] == 200
    update = stack.current_update()
    assert update
    assert update.left_out == [component["urn"]]
