"""`make up` of a stack of production: what is guarded stops it, untouched, until it is named; and what is protected."""

import json
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

_DB = {
    "kind": "stateful",
    "image": "registry.example/db:1.0.0",
    "replicas": 1,
    "port": 5432,
    "talks_to": [],
    "volumes": {"data": {"path": "/data", "type": "claim", "size": "1Gi"}},
}
_WEB = {"image": "registry.example/web:1.0.0", "replicas": 2, "talks_to": []}
_PRODUCTION = {"profile": "production"}


@pytest.fixture(scope="module")
def made(checkout: Checkout) -> Checkout:
    """A cluster, and a stack of production on it, made in its first run; the tests go on from each other."""
    with checkout.edit_settings() as page:
        page["policies"] = _PRODUCTION
        page["apps"] = {}
    with checkout.edit_settings("local-shop") as page:
        page |= {"namespace": "shop", "apps": {"db": dict(_DB), "web": dict(_WEB)}, "policies": _PRODUCTION}
    checkout.make("up")
    checkout.make("up", "STACK=local-shop")
    return checkout


def _operations(checkout: Checkout, *arguments: str, ok: bool = False) -> CommandResult:
    """The command itself: make has exit codes of its own."""
    python = str(checkout.folder / ".anykube" / "venv" / "bin" / "python")
    return checkout.run(python, "-m", "anykube_cli", *arguments, ok=ok)


def _sets(checkout: Checkout) -> dict[str, Any]:
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in checkout.get("statefulsets", "-n", "shop")}


def _size(checkout: Checkout, size: str) -> None:
    with checkout.edit_settings("local-shop") as page:
        page["apps"]["db"]["volumes"]["data"]["size"] = size


def test_what_harms_nothing_needs_no_name(made: Checkout) -> None:
    """A new version, about which the run is alone, after a preview of the whole stack."""
    before = _sets(made)
    with made.edit_settings("local-shop") as page:
        page["apps"]["db"]["image"] = "registry.example/db:2.0.0"
    said = made.make("up", "STACK=local-shop")
    assert "Changed since the last run: db." in said.all
    assert "Previewing update" in said.out
    assert _sets(made) == before
    [found] = made.get("statefulsets", "-n", "shop")
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example/db:2.0.0"


def test_another_size_of_a_volume_stops_it(made: Checkout) -> None:
    before, state = _sets(made), made.state("local-shop")
    _size(made, "2Gi")
    for command in ("up", "guard"):
        said = _operations(made, command, "--stack", "local-shop")
        assert said.code == 2
        assert "local-shop: db-stateful-set (volume) would be replaced because of spec.volumeClaimTemplates" in said.err
        assert "anykube up --stack local-shop --allow db-stateful-set" in said.err
    assert (_sets(made), made.state("local-shop")) == (before, state)
    named = _operations(made, "guard", "--stack", "local-shop", "--allow", "db-stateful-set")
    assert named.code == 0, named.all
    assert _sets(made) == before, "a preview"


def test_a_name_of_something_else_stops_it_too(made: Checkout) -> None:
    before = _sets(made)
    said = _operations(made, "up", "--stack", "local-shop", "--allow", "db-stateful-set", "--allow", "web-deployment")
    assert said.code == 2
    assert "--allow names web-deployment, which this run would neither replace nor delete." in said.err
    assert _sets(made) == before


def test_what_is_named_is_done(made: Checkout) -> None:
    before = _sets(made)
    said = made.make("up", "STACK=local-shop", "ALLOW=db-stateful-set")
    assert said.code == 0
    assert _sets(made).keys() == before.keys()
    assert _sets(made) != before, "another one"
    with made.edit_settings("local-shop") as page:
        del page["apps"]["db"]
    said = _operations(made, "up", "--stack", "local-shop")
    assert said.code == 2
    assert (
        "db-stateful-set (volume) would be deleted, because the settings no longer define it. Check apps.db" in said.err
    )
    made.make("up", "STACK=local-shop", "ALLOW=db-stateful-set")
    assert _sets(made) == {}


def test_a_pool_and_its_cluster_are_guarded(made: Checkout) -> None:
    nodes = len(made.get("nodes"))
    with made.edit_settings() as page:
        del page["cluster"]["pools"]["system"]
        page["cluster"]["pools"]["servers"]["count"] = 4
    said = _operations(made, "up")
    assert said.code == 2
    assert (
        "local-system (node pool) would be deleted, because the settings no longer define it. Check cluster.pools"
        in said.err
    )
    assert "local-servers" not in said.err, "to be larger harms nobody"
    assert len(made.get("nodes")) == nodes
    made.make("up", "ALLOW=local-system")
    assert len(made.get("nodes")) == 4


def test_in_development_it_is_told_and_done(made: Checkout) -> None:
    with made.edit_settings("local-shop") as page:
        page["policies"] = {"profile": "development"}
        page["namespace"] = "market"
    said = _operations(made, "guard", "--stack", "local-shop")
    assert said.code == 0
    assert "shop-namespace (namespace with everything in it) would be deleted" in said.err
    said = _operations(made, "up", "--stack", "local-shop", "--allow", "shop-namespace")
    assert said.code == 2
    assert "the guard stops nothing in the profile development (policies.profile)" in said.err
    made.make("up", "STACK=local-shop")
    assert made.get("namespaces", "--field-selector", "metadata.name=shop") == []


def test_nothing_of_a_protected_stack_is_destroyed(made: Checkout) -> None:
    """The engine alone would first remove all that depends on the cluster, and refuse only then."""
    resources = json.loads(made.state())["deployment"]["resources"]
    [cluster] = (one["urn"] for one in resources if one["type"] == "localkube:index:Cluster")
    made.pulumi("state", "protect", cluster, "--yes", "--stack", "local")
    before = made.state(), made.state("local-shop")
    said = _operations(made, "destroy")
    assert said.code == 2
    assert "local has protected resources: local-cluster. Nothing was removed." in said.err
    assert "protect: false" in said.err
    assert (made.state(), made.state("local-shop")) == before
    made.pulumi("state", "unprotect", cluster, "--yes", "--stack", "local")
    made.make("destroy")
    assert not made.processes()
