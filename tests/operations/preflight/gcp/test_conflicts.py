from collections.abc import Mapping
from dataclasses import replace

import pytest

from operations.preflight.gcp.conflicts import cluster, key_ring, network
from tests.operations.preflight.gcp.project import FOREIGN, OURS, PLAN, Project
from tests.operations.preflight.saying import said

_RING = "projects/acme-shop/locations/europe-west1/keyRings/shop"


def _cluster(project_: Project, labels: Mapping[str, str], status: str = "RUNNING") -> None:
    there = {"name": "shop", "status": status, "resourceLabels": labels}
    project_.answer("container.projects.locations.clusters.get", there)


def test_an_empty_project_has_no_conflicts(project_: Project) -> None:
    for check in (cluster, network, key_ring):
        assert not project_.found(check, PLAN)


@pytest.mark.parametrize(
    ("labels", "owner"),
    [(FOREIGN, "the stack elsewhere"), ({}, "nobody"), ({**OURS, "anykube-cluster": "x"}, "the stack prod")],
)
def test_a_cluster_of_somebody_else(project_: Project, labels: dict[str, str], owner: str) -> None:
    _cluster(project_, labels)
    [problem] = project_.found(cluster, PLAN)
    assert (problem.severity, problem.subject) == ("error", "cluster shop")
    assert owner in problem.what


def test_without_a_stack_every_cluster_is_somebody_elses(project_: Project) -> None:
    _cluster(project_, {"anykube-stack": ""})
    assert project_.found(cluster, replace(PLAN, stack=""))


@pytest.mark.parametrize(("status", "word"), [("STOPPING", "being deleted"), ("ERROR", "failed")])
def test_a_cluster_that_is_ours_and_not_well(project_: Project, status: str, word: str) -> None:
    _cluster(project_, OURS, status)
    assert word in said(project_.found(cluster, PLAN))


def test_what_is_ours(project_: Project) -> None:
    _cluster(project_, OURS)
    project_.answer("compute.networks.get", {"name": "shop"})
    project_.answer("cloudkms.projects.locations.keyRings.get", {"name": _RING})
    for check in (cluster, network, key_ring):
        assert not project_.found(check, PLAN)


def test_a_network_without_its_cluster(project_: Project) -> None:
    project_.answer("compute.networks.get", {"name": "shop"})
    [problem] = project_.found(network, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "network shop")
    assert "gcloud compute networks delete shop --project acme-shop" in problem.remedy
    assert not project_.found(network, replace(PLAN, network=""))


def test_a_network_with_a_cluster_of_somebody_else(project_: Project) -> None:
    _cluster(project_, FOREIGN)
    project_.answer("compute.networks.get", {"name": "shop"})
    assert project_.found(network, PLAN)


def test_a_key_ring_that_outlived_its_stack(project_: Project) -> None:
    project_.answer("cloudkms.projects.locations.keyRings.get", {"name": _RING})
    [problem] = project_.found(key_ring, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "key ring shop")
    assert "never deletes key rings" in problem.what
    assert _RING in problem.remedy
    assert not project_.found(key_ring, replace(PLAN, key_ring=""))
