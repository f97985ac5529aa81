"""Leftovers of a deleted GKE cluster, with Google's SDK on a simulated project."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.preflight.gcp.clients import Session, clients
from anykube_cli.rehearsal.gcp_session import session
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.gcp import RESOURCE_TYPES, open_session
from anykube_cli.sweep.sweep import Sweep
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import Json, Record
from anykube_rehearsal.gcp.account.access import review
from anykube_rehearsal.gcp.account.functions import FUNCTIONS, add_existing
from anykube_rehearsal.gcp.account.leftovers import leave_load_balancer
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
from tests.operations.sweep.server import serve

_PROJECT, _REGION, _ZONE = "acme-shop", "europe-west1", "europe-west1-b"
PLAN = replace(COMPLETE, project=_PROJECT, cluster="shop", network_description="GKE cluster shop")


class Simulation:
    """A project with the network of a deleted cluster, and an unrelated one."""

    def __init__(self, folder: Path) -> None:
        self.account = Account(folder, TYPES, RULES, review, FUNCTIONS, Faults(), apis=APIS)
        self.messages: list[str] = []
        self.network = self.put(NETWORK, name="shop-network-1a2b3c4", description="GKE cluster shop")
        self.office = self.put(NETWORK, name="office")
        self.subnetwork = self.put(
            SUBNETWORK, name="nodes", region=_REGION, network=self.network, ipCidrRange="10.0.0.0/20"
        )

    def put(self, token: str, **inputs: Any) -> str:
        path: str = add_existing(self.account, {"token": token, "inputs": {"project": _PROJECT, **inputs}})["id"]
        return path

    def add_leftovers(self, cluster: str, network: str) -> None:
        """Creates what the controllers of a cluster leave."""
        location = f"projects/{_PROJECT}/locations/{_REGION}/clusters/{cluster}"
        leave_load_balancer(
            self.account, Record(CLUSTER, location, {"project": _PROJECT, "name": cluster}), network, _ZONE
        )

    def cluster(self, name: str, location: str = _REGION, network: str = "") -> str:
        return self.put(CLUSTER, name=name, location=location, network=network or self.office)

    @property
    def ids(self) -> set[str]:
        return {record.id for record in self.account.store.all()}

    @property
    def facts(self) -> Facts:
        """The facts in the stack's state."""
        network = frozenset({self.network})
        return Facts(networks=network, used_networks=network)

    def sweep(self, facts: Facts | None = None) -> Sweep:
        session = open_session(PLAN, clients(self.session), facts or self.facts)
        sweep = Sweep(lambda: session, self.messages.append)
        sweep.search()
        return sweep

    session: Session


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    created = Simulation(tmp_path / "account")
    with serve(created.account) as url:
        created.session = session(url, created.account.folder, _PROJECT)
        yield created


def test_removes_only_the_load_balancer_of_the_cluster(simulation: Simulation) -> None:
    simulation.add_leftovers("other", simulation.office)
    simulation.put(FIREWALL, name="allow-ssh", network=simulation.network)
    simulation.put(ADDRESS, name="mine", region=_REGION, subnetwork=simulation.subnetwork)
    before = simulation.ids
    simulation.add_leftovers("shop", simulation.network)
    assert len(simulation.ids - before) == 8
    sweep = simulation.sweep()
    assert simulation.ids == before
    assert sweep.failed == {}
    assert [message.split(" k8s")[0].partition(": ")[2] for message in simulation.messages] == [
        "forwarding rule",
        "target HTTP proxy",
        "URL map",
        "backend service",
        "health check",
        "network endpoint group",
        "firewall rule",
        "firewall rule",
    ]
    assert sweep.search()


def test_learns_the_hash_of_a_cluster_in_an_existing_network_while_it_exists(simulation: Simulation) -> None:
    simulation.add_leftovers("other", simulation.office)
    before = simulation.ids
    cluster = simulation.cluster("shop")
    sweep = simulation.sweep(Facts(used_networks=frozenset({simulation.office})))
    simulation.account.store.remove(CLUSTER, cluster)
    simulation.add_leftovers("shop", simulation.office)
    assert not sweep.search()
    assert simulation.ids == before


def test_lists_leftovers_in_an_existing_network_without_a_proof(simulation: Simulation) -> None:
    simulation.put(FIREWALL, name="gke-shop-0a1b2c3d-all", network=simulation.office)
    before = simulation.ids
    sweep = simulation.sweep(Facts(used_networks=frozenset({simulation.office})))
    sweep.finish(0.01, 0.01)
    assert simulation.ids == before
    assert simulation.messages == [
        "left alone, because it is not proven to be the cluster's: firewall rule gke-shop-0a1b2c3d-all: its name "
        "contains the cluster's name, but nothing proves the hash after it. If nobody needs it, remove it: "
        "gcloud compute firewall-rules delete gke-shop-0a1b2c3d-all --project acme-shop"
    ]


def test_removes_nothing_while_the_cluster_exists(simulation: Simulation) -> None:
    simulation.add_leftovers("shop", simulation.network)
    simulation.cluster("shop")
    before = simulation.ids
    assert simulation.sweep().search()
    assert simulation.ids == before


def test_keeps_resources_of_a_cluster_of_the_same_name_in_another_region(simulation: Simulation) -> None:
    simulation.cluster("shop", "us-east1")
    network = simulation.put(FIREWALL, name="k8s-fw-l7--0a1b2c3d4e5f6071", network=simulation.office)
    before = simulation.ids
    simulation.add_leftovers("shop", simulation.network)
    simulation.sweep()
    assert network in before
    assert simulation.ids == before


def test_keeps_resources_in_a_network_used_by_another_cluster(simulation: Simulation) -> None:
    """Two clusters of one name in two regions have networks with the same description, and one may still exist."""
    simulation.cluster("another", network=simulation.network)
    simulation.add_leftovers("another", simulation.network)
    before = simulation.ids
    simulation.sweep()
    assert simulation.ids == before


def test_keeps_resources_in_a_network_with_the_same_description(simulation: Simulation) -> None:
    """Of another stack whose cluster has the same name in another region, and is deleted as well."""
    network = simulation.put(NETWORK, name="shop-network-5e6f7a8", description="GKE cluster shop")
    simulation.put(FIREWALL, name="gke-shop-0a1b2c3d-all", network=network, targetTags=["gke-shop-0a1b2c3d-node"])
    before = simulation.ids
    simulation.sweep()
    assert simulation.ids == before


def test_ignores_a_cluster_whose_name_ends_like_a_hash(simulation: Simulation) -> None:
    simulation.cluster("shop-0a1b2c3d")
    rule = simulation.put(FIREWALL, name="gke-shop-0a1b2c3d-9f8e7d6c-all", network=simulation.office)
    simulation.sweep()
    assert rule in simulation.ids


def test_keeps_resources_used_by_those_of_people(simulation: Simulation) -> None:
    simulation.add_leftovers("shop", simulation.network)
    (map_,) = [path for path in simulation.ids if "/urlMaps/" in path]
    service = simulation.account.read(URL_MAP, map_).inputs["defaultService"]
    mine = simulation.put(URL_MAP, name="mine", defaultService=service)
    sweep = simulation.sweep()
    assert mine in simulation.ids
    assert service in simulation.ids
    assert sweep.failed == {}
    sweep.finish(0.01, 0.01)
    assert any(
        "backend service k8s1-" in message and "the URL map mine refers to it" in message
        for message in simulation.messages
    )


def test_remembers_resources_after_their_reference_is_removed(simulation: Simulation) -> None:
    """Such as the address of a forwarding rule that was removed."""
    simulation.add_leftovers("shop", simulation.network)
    (rule,) = [path for path in simulation.ids if "/forwardingRules/" in path]
    address = simulation.put(ADDRESS, name=f"a{0:031x}", region=_REGION, users=[rule], network=simulation.network)
    record = simulation.account.read(ADDRESS, address)
    simulation.account.store.put(replace(record, inputs={**record.inputs, "network": ""}))
    simulation.sweep()
    assert address not in simulation.ids


def test_retries_throttled_requests(simulation: Simulation) -> None:
    simulation.account.faults = Faults(throttling=2)
    simulation.add_leftovers("shop", simulation.network)
    assert simulation.sweep().failed == {}


def test_rejected_credentials_are_a_search_error(simulation: Simulation) -> None:
    simulation.add_leftovers("shop", simulation.network)
    before = simulation.ids
    simulation.session = replace(simulation.session, credentials=Credentials("made-up"))
    sweep = simulation.sweep()
    assert sweep.search_error is not None
    assert sweep.search_error.endswith("at container.projects.locations.clusters.list")
    assert simulation.ids == before


def test_client_can_delete_every_resource_type_in_every_scope(simulation: Simulation) -> None:
    """The client has no attribute for a collection that the discovery document does not describe."""
    compute = clients(simulation.session).compute
    for resource_type in RESOURCE_TYPES:
        names = [
            f"{scope}{resource_type.plural[0].upper()}{resource_type.plural[1:]}"
            for scope in ("global", "region", "zone")
        ]
        collections = {name if hasattr(compute, name) else resource_type.plural for name in names}
        for name in collections:
            assert hasattr(getattr(compute, name)(), "delete") or name == "regionInstanceGroups"
        assert hasattr(
            getattr(compute, resource_type.plural)(), "list" if resource_type.only_global else "aggregatedList"
        )


def _error(simulation: Simulation, host: str, path: str, verb: str = "GET") -> Json:
    """Sends a request without the SDK and returns the error."""
    headers: dict[str, str] = {}
    simulation.session.credentials.apply(headers)
    _, content = simulation.session.http().request(f"https://{host}/{path}", verb, headers=headers)
    error: Json = json.loads(content)["error"]
    return error


def test_simulated_account_returns_googles_errors(simulation: Simulation) -> None:
    compute, project = "compute.googleapis.com", f"compute/v1/projects/{_PROJECT}"
    assert _error(simulation, compute, f"{project}/aggregated/nonsense")["code"] == 404
    assert (
        _error(simulation, compute, f"{project}/global/firewalls/gone", "DELETE")["errors"][0]["reason"] == "notFound"
    )
    other_project = "compute/v1/projects/others/aggregated/forwardingRules"
    assert _error(simulation, compute, other_project)["errors"][0]["reason"] == "forbidden"
    error = _error(simulation, compute, f"compute/v1/{simulation.network}", "DELETE")
    assert error["errors"][0]["reason"] == "resourceInUseByAnotherResource"
    simulation.session = replace(simulation.session, credentials=Credentials("made-up"))
    assert _error(simulation, compute, f"{project}/aggregated/forwardingRules")["code"] == 401


def test_simulated_account_returns_valid_responses(simulation: Simulation) -> None:
    """Valid by Google's discovery documents."""
    simulation.add_leftovers("shop", simulation.network)
    simulation.cluster("other")
    new_clients = clients(simulation.session)
    lists = [
        getattr(new_clients.compute, resource_type.plural)()
        for resource_type in RESOURCE_TYPES
        if not resource_type.only_global
    ]
    calls = [collection.aggregatedList(project=_PROJECT) for collection in lists]
    calls += [
        getattr(new_clients.compute, resource_type.plural)().list(project=_PROJECT)
        for resource_type in RESOURCE_TYPES
        if resource_type.only_global
    ]
    calls.append(new_clients.compute.networks().list(project=_PROJECT))
    calls.append(
        new_clients.container.projects().locations().clusters().list(parent=f"projects/{_PROJECT}/locations/-")
    )
    by_id = {method.id: method for method in methods()}
    for call in calls:
        by_id[call.methodId].validate(call.execute())
