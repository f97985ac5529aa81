"""A project with look-alikes of others beside the leftovers of a GKE cluster."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from anykube_cli.preflight.gcp.clients import clients
from anykube_cli.rehearsal.gcp_session import session
from anykube_cli.sweep.gcp import open_session
from anykube_cli.sweep.survey import Survey, survey
from anykube_rehearsal.gcp.account.tokens import ADDRESS, CERTIFICATE, FIREWALL, TARGET_HTTP_PROXY

from tests.operations.sweep.server import serve
from tests.operations.sweep.test_gcp import PLAN, Simulation

_PROJECT, _REGION = "acme-shop", "europe-west1"


class Planted(Simulation):
    """The leftovers of the cluster `shop`, the resources of a live cluster `shop` elsewhere, and those of people."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.add_leftovers("shop", self.network)
        self.mine = {path.rpartition("/")[2] for path in self.ids if "/k8s" in path}
        [rule] = [path for path in self.ids if "/forwardingRules/" in path]
        [proxy] = self.account.store.all(TARGET_HTTP_PROXY)
        [tag] = {tag for record in self.account.store.all(FIREWALL) for tag in record.inputs["targetTags"]}
        live = "gke-live-0a1b2c3d-node"
        certificate = self.put(CERTIFICATE, name="gke-wildcard-example-com")
        self.account.store.put(replace(proxy, inputs={**proxy.inputs, "sslCertificates": [certificate]}))
        self.put(ADDRESS, name="gke-web-ip", region=_REGION, users=[rule])
        self.put(FIREWALL, name="gke-allow-webhooks", network=self.network, targetTags=[tag, live])
        self.put(FIREWALL, name="k8s-fw-l7--0a1b2c3d4e5f6071", network=self.network, targetTags=[tag, live])
        self.cluster("shop", "us-east1", network=self.office)
        self.put(FIREWALL, name="gke-shop-9f8e7d6c-all", network=self.office, targetTags=["gke-shop-9f8e7d6c-node"])

    def survey(self) -> Survey:
        return survey(open_session(PLAN, clients(self.session), self.facts))


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    created = Planted(tmp_path / "account")
    with serve(created.account) as url:
        created.session = session(url, created.account.folder, _PROJECT)
        yield created


def test_lists_nothing_foreign(planted: Planted) -> None:
    result = planted.survey()
    assert {it.description.rpartition(" ")[2] for it in result.leftovers} == planted.mine
    assert {it.description for it in result.unproven} == {
        "firewall rule gke-allow-webhooks",
        "firewall rule k8s-fw-l7--0a1b2c3d4e5f6071",
    }
    assert {it.reason for it in result.unproven} == {
        "it is in the network that the stack created, but not proven to be a controller's"
    }


def test_deletes_nothing_foreign(planted: Planted) -> None:
    sweep = planted.sweep()
    assert {name.rpartition(" ")[2] for name in sweep.removed} == planted.mine
    remaining = {path.rpartition("/")[2] for path in planted.ids}
    assert {"gke-web-ip", "gke-wildcard-example-com", "gke-allow-webhooks", "gke-shop-9f8e7d6c-all"} <= remaining
