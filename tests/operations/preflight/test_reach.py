"""Preflight judges whether the machines that deploy reach the Kubernetes API, and connects to that of a cluster."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.managed import ManagedCluster
from anykube.settings.loader import load
from anykube_cli import kubeconfig as kubeconfigs
from anykube_cli.commands.root import cli
from anykube_cli.preflight import reach
from typer.testing import CliRunner

from tests.operations.api_server import serve
from tests.operations.preflight.specs import spec

CLOUDS = ("aws", "gcp", "azure")
OFFICE, VPN = "203.0.113.7/32", "10.200.0.0/16"
_VPC = {"id": "vpc-01234567", "private_subnets": ["a", "b"]}


def _spec(cloud: str, api: Mapping[str, object], **fields: Mapping[str, object]) -> ManagedCluster:
    data = spec(cloud).model_dump(exclude_unset=True)
    data["gke" if cloud == "gcp" else "tags"] = {"project": "my-project"} if cloud == "gcp" else {}
    return type(spec(cloud)).model_validate({**data, **fields, "api": api})


def _admitted(cluster: ManagedCluster) -> set[str]:
    """The places from which a rehearsal of the cluster goes on."""
    return {place for place in ("internet", "network", OFFICE, VPN) if not reach.rehearse(cluster, place).errors}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_which_places_the_settings_admit(cloud: str) -> None:
    inside = {"aws": set[str](), "gcp": {"network"}, "azure": {"network"}}[cloud]
    assert _admitted(_spec(cloud, {})) == inside
    assert _admitted(_spec(cloud, {"deploy_from": "network"})) == {"network"}
    assert _admitted(_spec(cloud, {"internal": [VPN]})) == {*inside, VPN}
    assert _admitted(_spec(cloud, {"public": ["203.0.113.0/24"]})) == {OFFICE}
    public = {"public": ["203.0.113.0/24"], "deploy_from": "network"}
    assert _admitted(_spec(cloud, public)) == ({OFFICE, "network"} if cloud == "aws" else {OFFICE})
    assert _admitted(_spec(cloud, {"public": ["0.0.0.0/0"], "anywhere": True})) >= {OFFICE, "internet"}


def test_the_dns_endpoint_of_gke_admits_every_place() -> None:
    cluster = _spec("gcp", {}, gke={"project": "my-project", "dns_endpoint": True})
    assert _admitted(cluster) == {"internet", "network", OFFICE, VPN}


def test_the_range_of_an_existing_vpc_is_unknown() -> None:
    """Its owner lists the range."""
    assert _admitted(_spec("aws", {"deploy_from": "network"}, eks={"vpc": _VPC})) == set()
    assert _admitted(_spec("aws", {"internal": [VPN], "deploy_from": VPN}, eks={"vpc": _VPC})) == {VPN}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_new_cluster_without_a_way_in_is_an_error_with_the_ways(cloud: str) -> None:
    (problem,) = reach.check(_spec(cloud, {}), None).errors
    assert "cannot be reached from the internet" in problem.message
    for field in ("api.public", "api.internal", "api.deploy_from: network"):
        assert field in problem.remedy
    assert ("gke.dns_endpoint: true" in problem.remedy) == (cloud == "gcp")


def test_example_ranges_belong_to_nobody() -> None:
    """The settings that Anykube ships have them, so that nobody pays for a cluster that is open to strangers."""
    api = {"public": ["203.0.113.0/24", "93.184.216.0/24"], "deploy_from": "203.0.113.0/24"}
    (problem,) = reach.check(_spec("aws", api), None).errors
    assert problem.message == "203.0.113.0/24 in `cluster.api` is a range for documentation, which nobody has"
    assert (
        reach.check(_spec("aws", {"public": ["93.184.216.0/24"], "deploy_from": "93.184.216.7/32"}), None).errors == []
    )


def test_nothing_is_connected_to_a_new_network() -> None:
    (problem,) = reach.check(_spec("aws", {"internal": [VPN], "deploy_from": VPN}), None).problems
    assert (problem.severity, "10.0.0.0/16" in problem.message, "eks.vpc" in problem.remedy) == ("error", True, True)
    existing = _spec("aws", {"internal": [VPN], "deploy_from": VPN}, eks={"vpc": _VPC})
    assert reach.check(existing, None).problems == []


def test_connects_to_an_existing_cluster(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        assert reach.check(_spec("aws", {}), server.kubeconfig({})).problems == []


@pytest.mark.parametrize("api", [{}, {"internal": [VPN], "deploy_from": VPN}])
def test_a_cluster_that_never_answers(monkeypatch: pytest.MonkeyPatch, api: dict[str, object]) -> None:
    """As behind a firewall. Settings that admit the caller may be new: then the run opens the API."""
    monkeypatch.setattr(kubeconfigs, "PROBE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        (problem,) = reach.check(_spec("aws", api), _kubeconfig(url)).problems
    assert problem.message.startswith(f"cannot connect to {url}: nothing answers")
    assert problem.severity == ("warning" if api else "error")


def _kubeconfig(server: str) -> str:
    document: dict[str, Any] = {
        "current-context": "a",
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "clusters": [{"name": "a", "cluster": {"server": server}}],
        "users": [{"name": "a", "user": {"exec": {"command": "not-installed"}}}],
    }
    return json.dumps(document)


@pytest.mark.parametrize("stack", ["aws-prod", "aws-staging", "aws-auto", "azure-auto", "azure-dev"])
def test_shipped_settings_admit_only_the_range_that_they_name(stack: str) -> None:
    cluster = load(stack).cluster
    assert isinstance(cluster, ManagedCluster)
    assert _admitted(cluster) == {OFFICE}
    assert [problem.subject for problem in reach.check(cluster, None).errors] == [reach.NAME]


@pytest.mark.parametrize("stack", ["azure-prod", "azure-staging"])
def test_shipped_settings_of_a_private_cluster_require_an_existing_network(stack: str) -> None:
    """Nobody reaches a private cluster in a network that its own run creates."""
    cluster = load(stack).cluster
    assert isinstance(cluster, ManagedCluster)
    assert _admitted(cluster) == {"network", VPN}
    (problem,) = reach.check(cluster, None).errors
    assert "aks.network" in problem.remedy


@pytest.mark.parametrize("stack", ["gcp-prod", "gcp-staging", "gcp-auto", "gcp-dev"])
def test_shipped_settings_of_google_cloud_admit_hosted_runners(stack: str) -> None:
    cluster = load(stack).cluster
    assert isinstance(cluster, ManagedCluster)
    assert reach.check(cluster, None).problems == []


@pytest.mark.parametrize("cloud", ["aws", "azure"])
def test_a_rehearsal_stops_before_it_creates_anything(monkeypatch: pytest.MonkeyPatch, cloud: str) -> None:
    monkeypatch.setattr("anykube_cli.toolchain.bootstrap.ensure", lambda _: None)
    monkeypatch.setattr("anykube_cli.rehearsal.command.prepare_toolchain", lambda: None)
    result = CliRunner().invoke(cli, ["rehearse", "--stack", f"{cloud}-prod", "--from", "internet"])
    assert (result.exit_code, "Nothing was created" in result.output) == (2, True)
    result = CliRunner().invoke(cli, ["rehearse", "--stack", f"{cloud}-prod", "--from", "abroad"])
    assert (result.exit_code, "--from: must be `internet`, `network` or" in result.output) == (2, True)
