"""`make up` of a production stack: guarded changes are blocked unless allowed, and protected resources stay."""

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
def deployed(checkout: Checkout) -> Checkout:
    """A cluster with a production stack on it. The tests depend on each other, in their order."""
    with checkout.edit_settings() as settings:
        settings["policies"] = _PRODUCTION
        settings["apps"] = {}
    with checkout.edit_settings("local-shop") as settings:
        settings |= {"namespace": "shop", "apps": {"db": dict(_DB), "web": dict(_WEB)}, "policies": _PRODUCTION}
    checkout.make("up")
    checkout.make("up", "STACK=local-shop")
    return checkout


def _operations(checkout: Checkout, *arguments: str, ok: bool = False) -> CommandResult:
    """Runs the command itself, because make changes exit codes."""
    python = str(checkout.folder / ".anykube" / "venv" / "bin" / "python")
    return checkout.run(python, "-m", "anykube_cli", *arguments, ok=ok)


def _stateful_sets(checkout: Checkout) -> dict[str, Any]:
    return _uids(checkout, "statefulsets")


def _uids(checkout: Checkout, kind: str) -> dict[str, Any]:
    return {item["metadata"]["name"]: item["metadata"]["uid"] for item in checkout.get(kind, "-n", "shop")}


def test_harmless_change_needs_no_allow_option(deployed: Checkout) -> None:
    """A new version is deployed by a partial update, after a preview of the whole stack."""
    before = _stateful_sets(deployed)
    with deployed.edit_settings("local-shop") as settings:
        settings["apps"]["db"]["image"] = "registry.example/db:2.0.0"
    result = deployed.make("up", "STACK=local-shop")
    assert "Changed since the last run: db." in result.all
    assert "Previewing update" in result.out
    assert _stateful_sets(deployed) == before
    [stateful_set] = deployed.get("statefulsets", "-n", "shop")
    assert stateful_set["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example/db:2.0.0"


def test_a_volume_grows_in_place(deployed: Checkout) -> None:
    before, pods = _stateful_sets(deployed), _uids(deployed, "pods")
    with deployed.edit_settings("local-shop") as settings:
        settings["apps"]["db"]["volumes"]["data"]["size"] = "2Gi"
    assert _operations(deployed, "guard", "--stack", "local-shop", ok=True)
    result = deployed.make("up", "STACK=local-shop")
    assert "The claim shop/data-db-0 grows from 1Gi to 2Gi." in result.all
    [claim] = deployed.get("persistentvolumeclaims", "-n", "shop")
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Gi"
    assert _stateful_sets(deployed) != before
    assert _uids(deployed, "pods") == pods


def test_volume_deletion_is_blocked(deployed: Checkout) -> None:
    before, state = _stateful_sets(deployed), deployed.state("local-shop")
    with deployed.edit_settings("local-shop") as settings:
        del settings["apps"]["db"]
    for command in ("up", "guard"):
        result = _operations(deployed, command, "--stack", "local-shop")
        assert result.code == 2
        assert (
            "db-stateful-set (volume) would be deleted, because the settings no longer define it. Check apps.db"
            in result.err
        )
        assert "anykube up --stack local-shop --allow db-stateful-set" in result.err
    assert (_stateful_sets(deployed), deployed.state("local-shop")) == (before, state)
    allowed = _operations(deployed, "guard", "--stack", "local-shop", "--allow", "db-stateful-set")
    assert allowed.code == 0, allowed.all
    assert _stateful_sets(deployed) == before, "a preview"


def test_unneeded_allow_option_is_rejected(deployed: Checkout) -> None:
    before = _stateful_sets(deployed)
    result = _operations(
        deployed, "up", "--stack", "local-shop", "--allow", "db-stateful-set", "--allow", "web-deployment"
    )
    assert result.code == 2
    assert "--allow names web-deployment, which this run would neither replace nor delete." in result.err
    assert _stateful_sets(deployed) == before


def test_allowed_change_is_deployed(deployed: Checkout) -> None:
    deployed.make("up", "STACK=local-shop", "ALLOW=db-stateful-set")
    assert _stateful_sets(deployed) == {}


def test_pool_removal_is_blocked(deployed: Checkout) -> None:
    nodes = len(deployed.get("nodes"))
    with deployed.edit_settings() as settings:
        del settings["cluster"]["pools"]["system"]
        settings["cluster"]["pools"]["servers"]["count"] = 4
    result = _operations(deployed, "up")
    assert result.code == 2
    assert (
        "local-system (node pool) would be deleted, because the settings no longer define it. Check cluster.pools"
        in result.err
    )
    assert "local-servers" not in result.err, "to be larger harms nobody"
    assert len(deployed.get("nodes")) == nodes
    deployed.make("up", "ALLOW=local-system")
    assert len(deployed.get("nodes")) == 4


def test_development_profile_reports_without_blocking(deployed: Checkout) -> None:
    with deployed.edit_settings("local-shop") as settings:
        settings["policies"] = {"profile": "development"}
        settings["namespace"] = "market"
    result = _operations(deployed, "guard", "--stack", "local-shop")
    assert result.code == 0
    assert "shop-namespace (namespace with everything in it) would be deleted" in result.err
    result = _operations(deployed, "up", "--stack", "local-shop", "--allow", "shop-namespace")
    assert result.code == 2
    assert "the guard stops nothing in the profile development (policies.profile)" in result.err
    deployed.make("up", "STACK=local-shop")
    assert deployed.get("deployments,statefulsets,services", "-n", "shop") == []
    # A claim with data keeps its namespace.
    assert [*_uids(deployed, "persistentvolumeclaims")] == ["data-db-0"]


def test_destroy_of_protected_stack_removes_nothing(deployed: Checkout) -> None:
    """The engine by itself would first remove everything that depends on the cluster, and fail only then."""
    resources = json.loads(deployed.state())["deployment"]["resources"]
    [cluster] = (resource["urn"] for resource in resources if resource["type"] == "localkube:index:Cluster")
    deployed.pulumi("state", "protect", cluster, "--yes", "--stack", "local")
    before = deployed.state(), deployed.state("local-shop")
    result = _operations(deployed, "destroy")
    assert result.code == 2
    assert "local has protected resources: local-cluster. Nothing was removed." in result.err
    assert "protect: false" in result.err
    assert (deployed.state(), deployed.state("local-shop")) == before
    deployed.pulumi("state", "unprotect", cluster, "--yes", "--stack", "local")
    deployed.make("destroy")
    assert not deployed.processes()
