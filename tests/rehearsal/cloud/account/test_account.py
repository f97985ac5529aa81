"""The simulated account, with a toy cloud of networks, subnets and boxes."""

import http.client
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import pytest
from anykube_rehearsal.cloud import review
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.client import Client, ResponseError
from anykube_rehearsal.cloud.account.model import (
    Behavior,
    Change,
    Faults,
    Json,
    Record,
    Reference,
    ResourceType,
    Rule,
    Values,
)
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.token import Signer

NETWORK, SUBNET, BOX = "toy:net:Network", "toy:net:Subnet", "toy:box:Box"
MEMBER, RING = "toy:iam:Member", "toy:key:Ring"
_DOCUMENT = "https://toy.example/rules"
_SIGNER = Signer("toy.")


class _Boxes(Behavior):
    def __init__(self) -> None:
        self.removed_ids: list[str] = []

    def on_create(self, account: Account, record: Record) -> Json:
        if record.inputs.get("broken"):
            raise RuntimeError("broken box")
        return {"address": "192.0.2.1"}

    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        if new.recalled:
            raise RuntimeError("a loaded resource must not be updated")
        return {}

    def on_delete(self, account: Account, record: Record) -> None:
        self.removed_ids.append(record.id)


def _no_empty_name(account: Account, change: Change) -> Iterator[str]:
    if not change.new["name"]:
        yield "name: is empty"


def _protected(account: Account, change: Change) -> Iterator[str]:
    if change.old.get("protected"):
        yield f"the box {change.id!r} is protected"


def _name(values: Values) -> str:
    return str(values["name"])


def _reviewer(account: Account, cluster: str, token: object) -> tuple[str | None, Sequence[str] | None]:
    return _SIGNER.principal(account.folder, cluster, token), ["readers"]


BOXES = _Boxes()
TYPES = (
    ResourceType(
        NETWORK,
        "network",
        lambda inputs: f"networks/{inputs['name']}",
        aliases=lambda record: (record.id, record.get("name")),
    ),
    ResourceType(SUBNET, "subnet", _name, references=(Reference("network", NETWORK, _DOCUMENT),)),
    ResourceType(
        BOX,
        "box",
        _name,
        outputs=lambda _, record: {"label": record.inputs["name"].upper()},
        references=(
            Reference("wires.subnet", SUBNET, _DOCUMENT, exempt=lambda value: value == "default"),
            Reference("parent", BOX, _DOCUMENT, deleted_with_target=True),
        ),
        behavior=BOXES,
    ),
    ResourceType(MEMBER, "member", _name, can_be_recreated=True),
    ResourceType(RING, "ring", _name, keeps_name_after_delete=True),
)
RULES = (
    Rule({NETWORK, BOX}, {"create", "update"}, _DOCUMENT, _no_empty_name),
    Rule({BOX}, {"delete"}, "https://toy.example/protection", _protected),
)


def _server(folder: Path) -> Server:
    functions = {"count": lambda account, body: {"count": len(account.store.all(body["token"]))}}
    return Server(Account(folder, TYPES, RULES, _reviewer, functions, Faults()))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = _server(tmp_path / "account")
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.stop()


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.url)


def _create(client: Client, token: str, mark: str = "m", **inputs: object) -> Json:
    return client.create(token, inputs, mark, fresh=False, known_ids=[])


def test_creates_updates_and_deletes(client: Client) -> None:
    box = _create(client, BOX, name="one", wires=[{"subnet": "default"}])
    assert (box["id"], box["outputs"]) == ("one", {"label": "ONE", "address": "192.0.2.1"})
    assert client.find(BOX, "one") == box
    changed = client.update(BOX, "one", {"name": "one", "size": 2})
    assert changed["inputs"] == {"name": "one", "size": 2}
    assert changed["outputs"]["address"] == "192.0.2.1"
    client.delete(BOX, "one")
    client.delete(BOX, "one")
    assert client.find(BOX, "one") is None


def test_loaded_resources_are_validated_but_not_created(client: Client) -> None:
    client.load_known(
        [
            {"token": NETWORK, "id": "networks/a", "inputs": {"name": "a"}, "outputs": {}},
            {"token": BOX, "id": "b", "inputs": {"name": "b", "broken": True}, "outputs": {"address": "192.0.2.9"}},
        ]
    )
    assert client.call("count", token=BOX) == {"count": 1}
    _create(client, SUBNET, name="s", network="a")
    with pytest.raises(ResponseError, match="there is no subnet 'nowhere'"):
        client.update(BOX, "b", {"name": "b", "wires": {"subnet": "nowhere"}})
    changed = client.update(BOX, "b", {"name": "b", "size": 2})
    assert (changed["inputs"], changed["outputs"]["address"]) == ({"name": "b", "size": 2}, "192.0.2.9")
    with pytest.raises(ResponseError, match="not simulated"):
        client.load_known([{"token": "toy:other:Other", "id": "o", "inputs": {}, "outputs": {}}])


def test_keeps_resources_between_runs(tmp_path: Path) -> None:
    first = _server(tmp_path)
    first.account.create(NETWORK, {"name": "a"}, "m")
    first.account.store.close()
    second = _server(tmp_path)
    assert [record.id for record in second.account.store.all()] == ["networks/a"]
    assert (tmp_path / "account.sqlite").stat().st_mode & 0o077 == 0


def test_rejects_duplicate_names_and_adopts_on_retry(client: Client) -> None:
    _create(client, NETWORK, name="a")
    assert _create(client, NETWORK, name="a")["id"] == "networks/a"
    for mark, fresh, known_ids in (("other", False, []), ("m", True, []), ("m", False, ["networks/a"])):
        with pytest.raises(ResponseError, match="the network 'networks/a' already exists"):
            client.create(NETWORK, {"name": "a"}, mark, fresh=fresh, known_ids=known_ids)
    _create(client, MEMBER, name="x")
    assert _create(client, MEMBER, mark="other", name="x")["id"] == "x"


def test_name_stays_taken_after_delete(client: Client) -> None:
    _create(client, RING, name="keys")
    client.delete(RING, "keys")
    assert client.find(RING, "keys") is None
    assert client.all() == []
    client.delete(RING, "keys")
    with pytest.raises(ResponseError, match="the ring 'keys' already exists"):
        _create(client, RING, name="keys")


def test_finishes_an_interrupted_create(server: Server, client: Client) -> None:
    server.account.store.put(Record(BOX, "one", {"name": "one"}, mark="m", ready=False))
    assert _create(client, BOX, name="one")["outputs"]["address"] == "192.0.2.1"


def test_failed_create_leaves_nothing(client: Client) -> None:
    with pytest.raises(ResponseError, match="broken box"):
        _create(client, BOX, name="one", broken=True)
    assert client.find(BOX, "one") is None


def test_reference_targets_must_exist_and_cannot_be_deleted(client: Client) -> None:
    with pytest.raises(ResponseError, match=r"network: there is no network 'a' in this account \(https://toy"):
        _create(client, SUBNET, name="s", network="a")
    _create(client, NETWORK, name="a")
    _create(client, SUBNET, name="s", network="a")
    _create(client, BOX, name="b", wires=[{"subnet": "s"}])
    with pytest.raises(ResponseError, match="the subnet 's' is used by the box 'b'"):
        client.delete(SUBNET, "s")
    with pytest.raises(ResponseError, match="the network 'networks/a' is used by the subnet 's'"):
        client.delete(NETWORK, "networks/a")
    client.delete(BOX, "b")
    client.delete(SUBNET, "s")
    client.delete(NETWORK, "networks/a")
    assert client.all() == []


def test_deletes_dependents_with_their_target(client: Client) -> None:
    _create(client, BOX, name="cluster")
    _create(client, BOX, name="pool", parent="cluster")
    BOXES.removed_ids.clear()
    client.delete(BOX, "cluster")
    assert BOXES.removed_ids == ["pool", "cluster"]
    assert client.all() == []


def test_reports_all_violations_with_their_documents(client: Client) -> None:
    with pytest.raises(ResponseError) as refused:
        _create(client, BOX, name="", wires=[{"subnet": "nowhere"}])
    assert str(refused.value) == (
        "wires.subnet: there is no subnet 'nowhere' in this account; name: is empty (https://toy.example/rules)"
    )
    _create(client, BOX, name="b", protected=True)
    with pytest.raises(ResponseError, match="protected"):
        client.delete(BOX, "b")
    client.update(BOX, "b", {"name": "b"})
    client.delete(BOX, "b")
    with pytest.raises(ResponseError, match="not simulated"):
        _create(client, "toy:net:Tower", name="a")


def test_retries_throttled_requests(server: Server, client: Client) -> None:
    assert client.call("faults", throttling=2)["throttling"] == 2
    for name in "abcd":
        _create(client, NETWORK, name=name)
    assert len(client.all()) == 4
    with pytest.raises(ResponseError, match="throttling"):
        client.call("faults", throttling="often")


def test_calls_functions_and_rejects_unknown_ones(client: Client) -> None:
    _create(client, NETWORK, name="a")
    assert client.call("count", token=NETWORK) == {"count": 1}
    with pytest.raises(ResponseError, match="not found: POST"):
        client.call("nothing")


def test_keeps_connections_alive(server: Server, client: Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for path, status in (("/_anykube/health", 200), ("/_anykube/nothing", 404), ("/", 404), ("/_anykube/health", 200)):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert (response.status, response.will_close) == (status, False)


def test_reviews_tokens(server: Server, tmp_path: Path) -> None:
    def status(token: object) -> Json:
        url = f"{server.url}/_anykube/token-review/prod"
        review_status: Json = httpx2.post(url, json={"spec": {"token": token}}, trust_env=False).json()["status"]
        return review_status

    folder = server.account.folder
    valid = status(_SIGNER.make(folder, "prod", "me"))
    assert (valid["authenticated"], valid["user"]["username"], valid["user"]["groups"]) == (True, "me", ["readers"])
    review.create_key(tmp_path)
    for token in (
        "made-up",
        None,
        _SIGNER.make(folder, "other", "me"),
        _SIGNER.make(folder, "prod", "me", lifetime_seconds=-1),
        _SIGNER.make(tmp_path, "prod", "me"),
    ):
        assert status(token) == {"authenticated": False}
