from collections.abc import Mapping
from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.conflicts import cluster, network, service_account

from tests.operations.preflight.gcp.project import FOREIGN_LABELS, OWN_LABELS, PLAN, Project
from tests.operations.preflight.problem_text import format_problems

_NETWORKS = {"items": [{"name": "shop-network-1a2b3c", "description": "GKE cluster shop"}]}
_ACCOUNT = {"displayName": "Nodes of the GKE cluster shop"}


def _cluster(fake_project: Project, labels: Mapping[str, str], status: str = "RUNNING") -> None:
    existing = {"name": "shop", "status": status, "resourceLabels": labels}
    fake_project.respond("container.projects.locations.clusters.get", existing)


def test_no_conflicts_in_an_empty_project(fake_project: Project) -> None:
    for check in (cluster, network, service_account):
        assert not fake_project.run(check, PLAN)


@pytest.mark.parametrize(
    ("labels", "owner"),
    [
        (FOREIGN_LABELS, "the stack elsewhere"),
        ({}, "has no tag"),
        ({**OWN_LABELS, "anykube-cluster": "x"}, "the stack prod"),
    ],
)
def test_cluster_of_another_owner(fake_project: Project, labels: dict[str, str], owner: str) -> None:
    _cluster(fake_project, labels)
    [problem] = fake_project.run(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


def test_without_a_stack_every_cluster_belongs_to_another_owner(fake_project: Project) -> None:
    _cluster(fake_project, {"anykube-stack": ""})
    assert fake_project.run(cluster, replace(PLAN, stack=""))


@pytest.mark.parametrize(("status", "text"), [("STOPPING", "being deleted"), ("ERROR", "ERROR")])
def test_own_cluster_in_a_bad_state(fake_project: Project, status: str, text: str) -> None:
    _cluster(fake_project, OWN_LABELS, status)
    assert text in format_problems(fake_project.run(cluster, PLAN))


def test_own_resources(fake_project: Project) -> None:
    _cluster(fake_project, OWN_LABELS)
    fake_project.respond("compute.networks.list", _NETWORKS)
    fake_project.respond("iam.projects.serviceAccounts.get", _ACCOUNT)
    for check in (cluster, network, service_account):
        assert not fake_project.run(check, PLAN)


def test_network_without_its_cluster(fake_project: Project) -> None:
    fake_project.respond("compute.networks.list", _NETWORKS)
    [problem] = fake_project.run(network, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "network shop-network-1a2b3c")
    assert "gcloud compute networks delete shop-network-1a2b3c --project acme-shop" in problem.remedy
    assert not fake_project.run(network, replace(PLAN, network_description=""))


def test_network_with_a_cluster_of_another_owner(fake_project: Project) -> None:
    _cluster(fake_project, FOREIGN_LABELS)
    fake_project.respond("compute.networks.list", _NETWORKS)
    assert fake_project.run(network, PLAN)


@pytest.mark.parametrize(("display", "severity"), [(_ACCOUNT["displayName"], "warning"), ("of others", "error")])
def test_service_account_without_its_cluster(fake_project: Project, display: str, severity: str) -> None:
    fake_project.respond("iam.projects.serviceAccounts.get", {"displayName": display})
    [problem] = fake_project.run(service_account, PLAN)
    assert (problem.severity, problem.subject) == (severity, "service account shop-nodes")
    assert "delete shop-nodes@acme-shop.iam.gserviceaccount.com --project acme-shop" in problem.remedy
