from collections.abc import Mapping
from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.conflicts import account, cluster, network

from tests.operations.preflight.gcp.project import FOREIGN, OURS, PLAN, Project
from tests.operations.preflight.problem_text import said

_NETWORKS = {"items": [{"name": "shop-network-1a2b3c", "description": "GKE cluster shop"}]}
_ACCOUNT = {"displayName": "Nodes of the GKE cluster shop"}


def _cluster(project_: Project, labels: Mapping[str, str], status: str = "RUNNING") -> None:
    there = {"name": "shop", "status": status, "resourceLabels": labels}
    project_.answer("container.projects.locations.clusters.get", there)


def test_an_empty_project_has_no_conflicts(project_: Project) -> None:
    for check in (cluster, network, account):
        assert not project_.found(check, PLAN)


@pytest.mark.parametrize(
    ("labels", "owner"),
    [(FOREIGN, "the stack elsewhere"), ({}, "nobody"), ({**OURS, "anykube-cluster": "x"}, "the stack prod")],
)
def test_a_cluster_of_somebody_else(project_: Project, labels: dict[str, str], owner: str) -> None:
    _cluster(project_, labels)
    [problem] = project_.found(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.message


def test_without_a_stack_every_cluster_is_somebody_elses(project_: Project) -> None:
    _cluster(project_, {"anykube-stack": ""})
    assert project_.found(cluster, replace(PLAN, stack=""))


@pytest.mark.parametrize(("status", "word"), [("STOPPING", "being deleted"), ("ERROR", "failed")])
def test_a_cluster_that_is_ours_and_not_well(project_: Project, status: str, word: str) -> None:
    _cluster(project_, OURS, status)
    assert word in said(project_.found(cluster, PLAN))


def test_what_is_ours(project_: Project) -> None:
    _cluster(project_, OURS)
    project_.answer("compute.networks.list", _NETWORKS)
    project_.answer("iam.projects.serviceAccounts.get", _ACCOUNT)
    for check in (cluster, network, account):
        assert not project_.found(check, PLAN)


def test_a_network_without_its_cluster(project_: Project) -> None:
    project_.answer("compute.networks.list", _NETWORKS)
    [problem] = project_.found(network, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "network shop-network-1a2b3c")
    assert "gcloud compute networks delete shop-network-1a2b3c --project acme-shop" in problem.remedy
    assert not project_.found(network, replace(PLAN, network=""))


def test_a_network_with_a_cluster_of_somebody_else(project_: Project) -> None:
    _cluster(project_, FOREIGN)
    project_.answer("compute.networks.list", _NETWORKS)
    assert project_.found(network, PLAN)


@pytest.mark.parametrize(("display", "severity"), [(_ACCOUNT["displayName"], "warning"), ("of others", "error")])
def test_a_service_account_without_its_cluster(project_: Project, display: str, severity: str) -> None:
    project_.answer("iam.projects.serviceAccounts.get", {"displayName": display})
    [problem] = project_.found(account, PLAN)
    assert (problem.severity, problem.subject) == (severity, "service account shop-nodes")
    assert "delete shop-nodes@acme-shop.iam.gserviceaccount.com --project acme-shop" in problem.remedy
