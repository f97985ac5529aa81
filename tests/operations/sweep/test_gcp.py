"""What is swept of a GKE cluster that is gone, by Google's own client on a simulated project."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.preflight.gcp.clients import Session, clients
from anykube_cli.preflight.gcp.plan import GcpPlan
from anykube_cli.rehearsal.gcp_session import session
from anykube_cli.sweep.gcp import KINDS, Project
from anykube_cli.sweep.sweep import Sweep
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.gcp.account.access import review
from anykube_rehearsal.gcp.account.functions import FUNCTIONS, there
from anykube_rehearsal.gcp.account.leftovers import leave
from anykube_rehearsal.gcp.account.model import Faults
from anykube_rehearsal.gcp.account.rest import APIS
from anykube_rehearsal.gcp.account.rules import RULES
from anykube_rehearsal.gcp.account.tokens import (
    ADDRESS,
    CLUSTER,
    FIREWALL,
    NETWORK,
    SUBNETWORK,
    URL_MAP,
)
from anykube_rehearsal.gcp.account.types import TYPES
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.project import PLAN as COMPLETE
from tests.operations.preflight.gcp.wire import methods
from tests.operations.sweep.server import served

_PROJECT, _REGION, _ZONE = "acme-shop", "europe-west1", "europe-west1-b"
PLAN = replace(COMPLETE, project=_PROJECT, cluster="shop", network="GKE cluster shop")


class World:
    """A project with a network that was made for the cluster, which is gone, and one that was not."""

    def __init__(self, folder: Path) -> None:
        self.account = Account(folder, TYPES, RULES, review, FUNCTIONS, Faults(), apis=APIS)
        self.said: list[str] = []
        self.own = self.put(NETWORK, name="shop-network-1a2b3c4", description="GKE cluster shop")
        self.office = self.put(NETWORK, name="office")
        self.subnetwork = self.put(
            SUBNETWORK, name="nodes", region=_REGION, network=self.own, ipCidrRange="10.0.0.0/20"
        )

    def put(self, token: str, **inputs: Any) -> str:
        made: str = there(self.account, {"token": token, "inputs": {"project": _PROJECT, **inputs}})["id"]
        return made

    def left(self, cluster: str, network: str) -> None:
        """What the controllers of a cluster leave."""
        location = f"projects/{_PROJECT}/locations/{_REGION}/clusters/{cluster}"
        leave(self.account, Record(CLUSTER, location, {"project": _PROJECT, "name": cluster}), network, _ZONE)

    def cluster(self, name: str, location: str = _REGION, network: str = "") -> str:
        return self.put(CLUSTER, name=name, location=location, network=network or self.office)

    @property
    def there(self) -> set[str]:
        return {one.id for one in self.account.store.all()}

    def sweep(self, plan: GcpPlan = PLAN) -> Sweep:
        sweep = Sweep(lambda: Project(plan, clients(self.session)), self.said.append)
        sweep.once()
        return sweep

    session: Session


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "account")
    with served(made.account) as url:
        made.session = session(url, made.account.folder, _PROJECT)
        yield made


def test_all_of_a_load_balancer_goes_and_nothing_else(world: World) -> None:
    world.left("other", world.office)
    world.put(FIREWALL, name="allow-ssh", network=world.own)
    world.put(ADDRESS, name="mine", region=_REGION, subnetwork=world.subnetwork)
    before = world.there
    world.left("shop", world.own)
    assert len(world.there - before) == 8
    sweep = world.sweep()
    assert world.there == before
    assert sweep.refused == {}
    assert [said.split(" k8s")[0] for said in world.said] == [
        "swept the forwarding rule",
        "swept the target HTTP proxy",
        "swept the URL map",
        "swept the backend service",
        "swept the health check",
        "swept the network endpoint group",
        "swept the firewall rule",
        "swept the firewall rule",
    ]
    assert sweep.once()


def test_in_a_network_that_was_brought_the_nodes_tag_tells(world: World) -> None:
    world.left("other", world.office)
    before = world.there
    world.left("shop", world.office)
    world.sweep(replace(PLAN, network=""))
    assert world.there == before


@pytest.mark.parametrize("location", [_REGION, "us-east1"])
def test_nothing_goes_while_a_cluster_of_this_name_is_anywhere(world: World, location: str) -> None:
    world.left("shop", world.own)
    world.cluster("shop", location)
    before = world.there
    assert world.sweep().once()
    assert world.there == before


def test_a_network_that_another_cluster_is_in_is_nobodys_alone(world: World) -> None:
    """Two clusters of one name in two regions have networks of one description: one of them may live."""
    world.cluster("another", network=world.own)
    world.left("another", world.own)
    before = world.there
    world.sweep()
    assert world.there == before


def test_a_cluster_whose_name_ends_like_a_hash_is_another_one(world: World) -> None:
    world.cluster("shop-0a1b2c3d")
    rule = world.put(FIREWALL, name="gke-shop-0a1b2c3d-9f8e7d6c-all", network=world.office)
    world.sweep()
    assert rule in world.there


def test_what_people_built_on_it_is_left_with_what_it_needs(world: World) -> None:
    world.left("shop", world.own)
    (map_,) = [one for one in world.there if "/urlMaps/" in one]
    service = world.account.read(URL_MAP, map_).inputs["defaultService"]
    mine = world.put(URL_MAP, name="mine", defaultService=service)
    sweep = world.sweep()
    assert mine in world.there
    assert service in world.there
    assert any(what.startswith("backend service k8s1-") for what in sweep.refused)
    assert all("resourceInUseByAnotherResource" in why for why in sweep.refused.values())


def test_what_led_to_the_cluster_is_remembered(world: World) -> None:
    """An address that a forwarding rule had, once that rule is gone."""
    world.left("shop", world.own)
    (rule,) = [one for one in world.there if "/forwardingRules/" in one]
    held = world.put(ADDRESS, name="k8s2-fr-demo-web", region=_REGION, users=[rule], network=world.own)
    record = world.account.read(ADDRESS, held)
    world.account.store.put(replace(record, inputs={**record.inputs, "network": ""}))
    world.sweep()
    assert held not in world.there


def test_a_throttled_request_is_repeated(world: World) -> None:
    world.account.faults = Faults(throttling=2)
    world.left("shop", world.own)
    assert world.sweep().refused == {}


def test_who_may_do_nothing_sees_nothing(world: World) -> None:
    world.left("shop", world.own)
    before = world.there
    world.session = replace(world.session, credentials=Credentials("made-up"))
    sweep = world.sweep()
    assert sweep.blind is not None
    assert sweep.blind.endswith("at container.projects.locations.clusters.list")
    assert world.there == before


def test_every_kind_can_be_removed_everywhere(world: World) -> None:
    """By the collection that the client has for a place: what discovery does not describe has no attribute."""
    compute = clients(world.session).compute
    for kind in KINDS:
        names = [f"{where}{kind.plural[0].upper()}{kind.plural[1:]}" for where in ("global", "region", "zone")]
        collections = {name if hasattr(compute, name) else kind.plural for name in names}
        for name in collections:
            assert hasattr(getattr(compute, name)(), "delete") or name == "regionInstanceGroups"
        assert hasattr(getattr(compute, kind.plural)(), "list" if kind.only_global else "aggregatedList")


def _refused(world: World, host: str, path: str, verb: str = "GET") -> Json:
    """The error that a request without any library is answered with."""
    headers: dict[str, str] = {}
    world.session.credentials.apply(headers)
    _, content = world.session.http().request(f"https://{host}/{path}", verb, headers=headers)
    error: Json = json.loads(content)["error"]
    return error


def test_the_account_has_the_methods_that_google_has(world: World) -> None:
    compute, here = "compute.googleapis.com", f"compute/v1/projects/{_PROJECT}"
    assert _refused(world, compute, f"{here}/aggregated/nonsense")["code"] == 404
    assert _refused(world, compute, f"{here}/global/firewalls/gone", "DELETE")["errors"][0]["reason"] == "notFound"
    elsewhere = "compute/v1/projects/others/aggregated/forwardingRules"
    assert _refused(world, compute, elsewhere)["errors"][0]["reason"] == "forbidden"
    held = _refused(world, compute, f"compute/v1/{world.own}", "DELETE")
    assert held["errors"][0]["reason"] == "resourceInUseByAnotherResource"
    world.session = replace(world.session, credentials=Credentials("made-up"))
    assert _refused(world, compute, f"{here}/aggregated/forwardingRules")["code"] == 401


def test_the_account_answers_in_the_form_of_google(world: World) -> None:
    """As the discovery documents have it, which judge what stands in for the network in the tests of preflight too."""
    world.left("shop", world.own)
    world.cluster("other")
    asked = clients(world.session)
    lists = [getattr(asked.compute, kind.plural)() for kind in KINDS if not kind.only_global]
    calls = [one.aggregatedList(project=_PROJECT) for one in lists]
    calls += [getattr(asked.compute, kind.plural)().list(project=_PROJECT) for kind in KINDS if kind.only_global]
    calls.append(asked.compute.networks().list(project=_PROJECT))
    calls.append(asked.container.projects().locations().clusters().list(parent=f"projects/{_PROJECT}/locations/-"))
    known = {method.id: method for method in methods()}
    for call in calls:
        known[call.methodId].judge(call.execute())
