from dataclasses import replace
from typing import Any

import pytest
from anykube_cli.preflight.gcp.plan import GcpPool
from anykube_cli.preflight.gcp.quotas import addresses, machines, networks

from tests.operations.preflight.gcp.project import PLAN, SERVERS, ZONES, Project, aggregated_list, machine
from tests.operations.preflight.problem_text import format_problems


def _subjects(fake_project: Project, *pools: GcpPool) -> list[str]:
    return [problem.subject for problem in fake_project.run(machines, replace(PLAN, pools=pools))]


def _run(fake_project: Project, kind: str, count: int, **fields: Any) -> None:
    nodes = {f"node-{n}": ([ZONES[0]], {"machineType": machine(ZONES[0], kind), **fields}) for n in range(count)}
    fake_project.respond("compute.instances.aggregatedList", aggregated_list("instances", nodes))


def test_sufficient_quotas(fake_project: Project) -> None:
    fake_project.limits = {"N2_CPUS": 16, "CPUS_ALL_REGIONS": 16, "SSD_TOTAL_GB": 400, "GPUS_ALL_REGIONS": 0}
    for check in (machines, addresses, networks):
        assert not fake_project.run(check, PLAN)


def test_adds_pools_to_current_usage(fake_project: Project) -> None:
    fake_project.limits, fake_project.usage = {"N2_CPUS": 23}, {"N2_CPUS": 4}
    pools = [SERVERS, GcpPool("web", ["n2-standard-4"], 1)]
    [problem] = fake_project.run(machines, replace(PLAN, pools=pools))
    assert problem.subject == "quota N2_CPUS of europe-west1"
    assert (
        "pools servers, web can grow to 20 vCPUs; with 4 in use that makes 24, and the limit is 23" in problem.message
    )
    assert "iam-admin/quotas, metric N2_CPUS" in problem.remedy


def test_own_nodes_are_not_counted_twice(fake_project: Project) -> None:
    fake_project.limits = {"N2_CPUS": 16, "CPUS_ALL_REGIONS": 16, "SSD_TOTAL_GB": 400}
    fake_project.usage = {"N2_CPUS": 12, "CPUS_ALL_REGIONS": 12, "SSD_TOTAL_GB": 300}
    assert len(fake_project.run(machines, PLAN)) == 3
    _run(fake_project, "n2-standard-4", 3)
    assert not fake_project.run(machines, PLAN)


def test_lists_only_nodes_of_the_cluster(fake_project: Project) -> None:
    filters = []

    def respond(parameters: Any, _: Any) -> Any:
        filters.append(parameters["filter"])
        return aggregated_list("instances", {})

    fake_project.respond("compute.instances.aggregatedList", respond)
    fake_project.run(machines, PLAN)
    assert filters == ['labels.goog-k8s-cluster-name = "shop"']


@pytest.mark.parametrize(
    ("pool", "metric"),
    [
        (GcpPool("p", ["e2-standard-2"], 1), "CPUS"),
        (GcpPool("p", ["n2-standard-4"], 1), "N2_CPUS"),
        (GcpPool("p", ["n2-standard-4"], 1, spot=True), "PREEMPTIBLE_CPUS"),
        (GcpPool("p", ["n2-standard-4"], 1, disk=9, disk_type="pd-standard"), "DISKS_TOTAL_GB"),
        (GcpPool("p", ["n2-standard-4"], 1, disk=9, disk_type="pd-ssd"), "SSD_TOTAL_GB"),
        (GcpPool("p", ["g2-standard-4"], 1), "NVIDIA_L4_GPUS"),
        (GcpPool("p", ["g2-standard-4"], 1, spot=True), "PREEMPTIBLE_NVIDIA_L4_GPUS"),
    ],
)
def test_quotas_of_a_pool(fake_project: Project, pool: GcpPool, metric: str) -> None:
    fake_project.limits, fake_project.usage = {metric: 3}, {metric: 3}
    assert f"quota {metric} of europe-west1" in _subjects(fake_project, pool)


def test_spot_without_its_own_quota_uses_the_regular_quota(fake_project: Project) -> None:
    fake_project.limits = {"PREEMPTIBLE_CPUS": 0, "N2_CPUS": 3}
    assert _subjects(fake_project, replace(SERVERS, spot=True)) == ["quota N2_CPUS of europe-west1"]


@pytest.mark.parametrize(
    ("kind", "metric", "count"), [("n2-standard-4", "CPUS_ALL_REGIONS", 1), ("g2-standard-4", "GPUS_ALL_REGIONS", 2)]
)
def test_project_quotas_of_a_pool(fake_project: Project, kind: str, metric: str, count: int) -> None:
    fake_project.limits = {metric: 0}
    subjects = _subjects(fake_project, GcpPool("p", [kind], 1))
    assert f"quota {metric} of the project" in subjects
    assert len(subjects) == count


def test_unreported_quota_is_a_warning(fake_project: Project) -> None:
    [problem] = fake_project.run(machines, replace(PLAN, pools=[GcpPool("p", ["c4a-standard-4"], 2)]))
    assert problem.severity == "warning"
    assert "quota of c4a-standard-4" in problem.message


def test_ignores_unknown_types(fake_project: Project) -> None:
    assert not _subjects(fake_project, GcpPool("p", ["n9-standard-4"], 2))


def test_without_pools_no_request_is_sent(fake_project: Project) -> None:
    assert not fake_project.run(machines, replace(PLAN, pools=()))
    assert not fake_project.calls


@pytest.mark.parametrize("metric", ["STATIC_ADDRESSES", "IN_USE_ADDRESSES"])
def test_cloud_nat_address_quota(fake_project: Project, metric: str) -> None:
    fake_project.limits, fake_project.usage = {metric: 8}, {metric: 8}
    [problem] = fake_project.run(addresses, PLAN)
    assert problem.subject == f"quota {metric} of europe-west1"
    assert "needs 1 external address; with 8 in use that makes 9, and the limit is 8" in problem.message
    assert not fake_project.run(addresses, replace(PLAN, nat="none"))
    assert not fake_project.run(addresses, replace(PLAN, network_description=""))


@pytest.mark.parametrize("metric", ["NETWORKS", "SUBNETWORKS", "ROUTERS"])
def test_network_quotas(fake_project: Project, metric: str) -> None:
    fake_project.limits, fake_project.usage = {metric: 5}, {metric: 5}
    assert f"quota {metric} of the project" in format_problems(fake_project.run(networks, PLAN))
    assert not fake_project.run(networks, replace(PLAN, network_description=""))


def test_existing_network_is_not_counted_again(fake_project: Project) -> None:
    full = dict.fromkeys(("NETWORKS", "SUBNETWORKS", "ROUTERS", "STATIC_ADDRESSES", "IN_USE_ADDRESSES"), 5.0)
    fake_project.limits, fake_project.usage = full, full
    fake_project.respond("compute.networks.list", {"items": [{"name": "n", "description": PLAN.network_description}]})
    assert not fake_project.run(networks, PLAN)
    assert not fake_project.run(addresses, PLAN)
