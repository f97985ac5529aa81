from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from anykube_cli.preflight.gcp.plan import SubnetworkPlan
from anykube_cli.preflight.gcp.ranges import overlapping, subnetwork

from tests.operations.preflight.gcp.project import PLAN, REGION, Project, aggregated_list, network

_EXISTING_NETWORK_PLAN = replace(
    PLAN,
    network_description="",
    cidr=None,
    subnetwork=SubnetworkPlan("host", REGION, "apps", ["pods", "services"]),
    ranges={"control plane": "172.16.0.0/28"},
)


def _add_subnetworks(fake_project: Project, **subnetworks: tuple[str, str, Sequence[str]]) -> None:
    """Adds subnetworks by name, each with network, range and secondary ranges."""
    items = {name: ([REGION], _subnetwork(*fields)) for name, fields in subnetworks.items()}
    fake_project.respond("compute.subnetworks.aggregatedList", aggregated_list("subnetworks", items))


def _subnetwork(network_name: str, cidr: str, secondary: Sequence[str] = ()) -> Mapping[str, Any]:
    ranges = [{"rangeName": f"r{n}", "ipCidrRange": block} for n, block in enumerate(secondary)]
    return {"network": network(network_name), "ipCidrRange": cidr, "secondaryIpRanges": ranges}


def _add_existing_subnetwork(
    fake_project: Project, names: Sequence[str] = ("pods", "services"), **changed: Any
) -> None:
    ranges = [{"rangeName": name, "ipCidrRange": f"10.{n}.0.0/16"} for n, name in enumerate(names)]
    item = {"name": "apps", "network": network("shared"), "privateIpGoogleAccess": True, "secondaryIpRanges": ranges}
    fake_project.respond("compute.subnetworks.get", {**item, **changed})


def test_overlapping_network_is_a_warning(fake_project: Project) -> None:
    _add_subnetworks(fake_project, office=("office", "10.20.8.0/24", ()), apart=("office", "10.99.0.0/16", ()))
    [problem] = fake_project.run(overlapping, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "range 10.20.0.0/16 (nodes)")
    assert problem.message == "the range overlaps 10.20.8.0/24 of the subnetwork office in the network office"


def test_secondary_ranges_overlap(fake_project: Project) -> None:
    _add_subnetworks(fake_project, office=("office", "10.99.0.0/24", ["10.5.0.0/16"]))
    [problem] = fake_project.run(overlapping, PLAN)
    assert problem.subject == "range 10.4.0.0/14 (pods)"


def test_ipv6_subnetwork_does_not_overlap(fake_project: Project) -> None:
    six = {"six": ([REGION], {"network": network("office"), "ipv6CidrRange": "fd20::/64"})}
    fake_project.respond("compute.subnetworks.aggregatedList", aggregated_list("subnetworks", six))
    assert not fake_project.run(overlapping, PLAN)


def test_own_network_does_not_overlap(fake_project: Project) -> None:
    fake_project.respond(
        "compute.networks.list", {"items": [{"name": "shop-network-1a2b3c", "description": PLAN.network_description}]}
    )
    _add_subnetworks(fake_project, nodes=("shop-network-1a2b3c", "10.20.0.0/16", ["10.4.0.0/14"]))
    assert not fake_project.run(overlapping, PLAN)


def test_overlap_in_an_existing_network_is_an_error(fake_project: Project) -> None:
    _add_existing_subnetwork(fake_project)
    _add_subnetworks(fake_project, db=("shared", "172.16.0.0/24", ()), far=("office", "172.16.0.0/20", ()))
    problems = fake_project.run(overlapping, _EXISTING_NETWORK_PLAN)
    assert [problem.severity for problem in problems] == ["error", "warning"]
    assert "the cluster's own network" in problems[0].message


def test_existing_subnetwork(fake_project: Project) -> None:
    _add_existing_subnetwork(fake_project)
    assert not fake_project.run(subnetwork, _EXISTING_NETWORK_PLAN)
    assert not fake_project.run(overlapping, _EXISTING_NETWORK_PLAN)


def test_missing_subnetwork(fake_project: Project) -> None:
    [problem] = fake_project.run(subnetwork, _EXISTING_NETWORK_PLAN)
    assert (problem.severity, problem.subject) == ("error", "subnetwork apps")
    assert "does not exist in europe-west1 of the project host" in problem.message


def test_missing_secondary_range(fake_project: Project) -> None:
    _add_existing_subnetwork(fake_project, ["pods", "other"])
    [problem] = fake_project.run(subnetwork, _EXISTING_NETWORK_PLAN)
    assert problem.message == "the subnetwork has no secondary range services"
    assert "choose from other, pods" in problem.remedy


def test_requires_private_google_access(fake_project: Project) -> None:
    _add_existing_subnetwork(fake_project, privateIpGoogleAccess=False)
    [problem] = fake_project.run(subnetwork, _EXISTING_NETWORK_PLAN)
    assert "update apps --project host --region europe-west1 --enable-private-ip-google-access" in problem.remedy


def test_new_network_is_not_checked(fake_project: Project) -> None:
    assert not fake_project.run(subnetwork, PLAN)
    assert not fake_project.calls
