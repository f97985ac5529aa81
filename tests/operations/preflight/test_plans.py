from anykube._clusters.aks.spec import AksClusterSpec
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gke.naming import account_id
from anykube.settings.loader import load
from anykube_cli.preflight.aws import planning as aws
from anykube_cli.preflight.azure import planning as azure
from anykube_cli.preflight.azure.plan import SubnetPlan
from anykube_cli.preflight.gcp import planning as gcp
from anykube_cli.preflight.gcp.plan import SubnetworkPlan

from tests.operations.preflight.specs import gke

_NETWORK = (
    "/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/hub"
    "/providers/Microsoft.Network/virtualNetworks/shared/subnets/"
)


def test_the_plan_of_aws_prod() -> None:
    spec = load("aws-prod").cluster
    assert isinstance(spec, EksClusterSpec)
    found = aws.plan("aws-prod", spec)
    assert (found.cluster, found.stack, found.version, found.nat_gateways) == ("anykube-prod", "aws-prod", "1.35", 3)
    pools = {pool.name: pool for pool in found.pools}
    assert list(pools) == ["system", "servers", "web", "gpu"]
    assert pools["web"].spot
    assert pools["web"].machines[0] == "m7g.large"
    assert pools["gpu"].gpu
    assert pools["servers"].max == 12


def test_the_plan_of_a_stack_of_google_cloud() -> None:
    found = gcp.plan("gcp-prod", gke())
    assert found.location == {"project": "acme-shop", "region": "europe-west1"}
    assert (found.cluster, found.stack, found.version, found.channel) == ("shop", "gcp-prod", "1.35", "REGULAR")
    assert list(found.ranges) == ["nodes", "pods", "Services", "the control plane"]
    servers, arm, gpu = found.pools
    assert (servers.machines, servers.max, servers.disk, servers.disk_type) == (
        ["n2-standard-2"],
        6,
        100,
        "pd-balanced",
    )
    assert (arm.machines, arm.max, arm.disk_type) == (["c4a-standard-2"], 2, "hyperdisk-balanced")
    assert (gpu.accelerator, gpu.gpu, gpu.spot, gpu.disk) == ("nvidia-l4", True, True, 200)
    assert "compute.networks.create" in found.permissions["roles/compute.networkAdmin"]
    assert "roles/container.admin" in found.permissions


def test_the_plan_with_a_network_of_google_cloud_that_is_there() -> None:
    names = {"network": "projects/host/global/networks/shared", "pods": "p", "services": "s"}
    shared = {**names, "subnetwork": "projects/host/regions/europe-west1/subnetworks/apps"}
    found = gcp.plan("gcp-prod", gke(gke={"network": shared}))
    assert found.subnetwork == SubnetworkPlan("host", "europe-west1", "apps", ["p", "s"])
    assert (found.cidr, found.network, list(found.ranges)) == (None, "", ["the control plane"])
    assert "roles/compute.networkAdmin" not in found.permissions
    own = gcp.plan("gcp-prod", gke(gke={"network": {**names, "subnetwork": "apps"}}))
    assert own.subnetwork == SubnetworkPlan("acme-shop", "europe-west1", "apps", ["p", "s"])


def test_an_account_is_looked_for_under_the_name_that_it_gets() -> None:
    assert gcp.plan("x", gke()).account == "shop-nodes"
    assert gcp.plan("x", gke(name="a" * 30)).account == account_id("a" * 30)


def test_the_plan_of_azure_prod() -> None:
    spec = load("azure-prod").cluster
    assert isinstance(spec, AksClusterSpec)
    found = azure.plan("azure-prod", spec)
    assert found.location == {"subscription": spec.aks.subscription, "region": spec.region}
    assert (found.stack, found.version, found.nat_gateways) == ("azure-prod", "1.35", 3)
    assert found.node_group == f"{found.cluster}-nodes"
    assert found.host_encryption
    assert list(found.ranges) == ["network", "pods", "Services"]
    assert "Microsoft.KeyVault" in found.providers
    assert "Locks Contributor" in found.actions
    pools = {pool.name: pool for pool in found.pools}
    assert list(pools) == list(spec.pools)
    assert all(pool.machines[0].startswith("Standard_") and pool.max for pool in found.pools)
    assert any(pool.gpu for pool in found.pools)


def test_the_plan_of_azure_auto() -> None:
    spec = load("azure-auto").cluster
    assert isinstance(spec, AksClusterSpec)
    found = azure.plan("azure-auto", spec)
    assert not found.pools
    assert not found.host_encryption
    assert "Microsoft.KeyVault" not in found.providers


def test_the_plan_with_a_network_of_azure_that_is_there() -> None:
    spec = load("azure-prod").cluster
    assert isinstance(spec, AksClusterSpec)
    network = {"nodes": f"{_NETWORK}nodes", "api_server": f"{_NETWORK}api", "load_balancers": f"{_NETWORK}lb"}
    aks = {**spec.aks.model_dump(), "network": network}
    found = azure.plan("azure-prod", AksClusterSpec.model_validate({**spec.model_dump(), "aks": aks}))
    assert (found.cidr, found.nat_gateways, list(found.ranges)) == (None, 0, ["pods", "Services"])
    nodes, api, balancers = found.subnets
    assert nodes == SubnetPlan("nodes", f"{_NETWORK}nodes")
    assert (api.delegated, api.longest) == ("Microsoft.ContainerService/managedClusters", 28)
    assert (balancers.delegated, balancers.longest) == ("Microsoft.ServiceNetworking/trafficControllers", 24)
