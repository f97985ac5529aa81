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


def test_plan_of_aws_prod() -> None:
    spec = load("aws-prod").cluster
    assert isinstance(spec, EksClusterSpec)
    plan = aws.plan("aws-prod", spec)
    assert (plan.cluster, plan.stack, plan.version, plan.nat_gateways) == ("anykube-prod", "aws-prod", "1.35", 3)
    pools = {pool.name: pool for pool in plan.pools}
    assert list(pools) == ["system", "servers", "web", "gpu"]
    assert pools["web"].spot
    assert pools["web"].machines[0] == "m7g.large"
    assert pools["gpu"].gpu
    assert pools["servers"].max == 12


def test_plan_on_google_cloud() -> None:
    plan = gcp.plan("gcp-prod", gke())
    assert plan.location == {"project": "acme-shop", "region": "europe-west1"}
    assert (plan.cluster, plan.stack, plan.version, plan.channel) == ("shop", "gcp-prod", "1.35", "REGULAR")
    assert list(plan.ranges) == ["nodes", "pods", "Services", "control plane"]
    servers, arm, gpu = plan.pools
    assert (servers.machines, servers.max, servers.disk, servers.disk_type) == (
        ["n2-standard-2"],
        6,
        100,
        "pd-balanced",
    )
    assert (arm.machines, arm.max, arm.disk_type) == (["c4a-standard-2"], 2, "hyperdisk-balanced")
    assert (gpu.accelerator, gpu.gpu, gpu.spot, gpu.disk) == ("nvidia-l4", True, True, 200)
    assert "compute.networks.create" in plan.permissions["roles/compute.networkAdmin"]
    assert "roles/container.admin" in plan.permissions


def test_plan_with_an_existing_network_on_google_cloud() -> None:
    names = {"network": "projects/host/global/networks/shared", "pods": "p", "services": "s"}
    shared = {**names, "subnetwork": "projects/host/regions/europe-west1/subnetworks/apps"}
    plan = gcp.plan("gcp-prod", gke(gke={"network": shared}))
    assert plan.subnetwork == SubnetworkPlan("host", "europe-west1", "apps", ["p", "s"])
    assert (plan.cidr, plan.network_description, list(plan.ranges)) == (None, "", ["control plane"])
    assert "roles/compute.networkAdmin" not in plan.permissions
    own_network = gcp.plan("gcp-prod", gke(gke={"network": {**names, "subnetwork": "apps"}}))
    assert own_network.subnetwork == SubnetworkPlan("acme-shop", "europe-west1", "apps", ["p", "s"])


def test_plan_has_the_service_account_id() -> None:
    assert gcp.plan("x", gke()).service_account == "shop-nodes"
    assert gcp.plan("x", gke(name="a" * 30)).service_account == account_id("a" * 30)


def test_plan_of_azure_prod() -> None:
    spec = load("azure-prod").cluster
    assert isinstance(spec, AksClusterSpec)
    plan = azure.plan("azure-prod", spec)
    assert plan.location == {"subscription": spec.aks.subscription, "region": spec.region}
    assert (plan.stack, plan.version, plan.nat_gateways) == ("azure-prod", "1.35", 3)
    assert plan.node_group == f"{plan.cluster}-nodes"
    assert plan.host_encryption
    assert list(plan.ranges) == ["network", "pods", "Services"]
    assert "Microsoft.KeyVault" in plan.providers
    assert "Locks Contributor" in plan.actions
    pools = {pool.name: pool for pool in plan.pools}
    assert list(pools) == list(spec.pools)
    assert all(pool.machines[0].startswith("Standard_") and pool.max for pool in plan.pools)
    assert any(pool.gpu for pool in plan.pools)


def test_plan_of_azure_auto() -> None:
    spec = load("azure-auto").cluster
    assert isinstance(spec, AksClusterSpec)
    plan = azure.plan("azure-auto", spec)
    assert not plan.pools
    assert not plan.host_encryption
    assert "Microsoft.KeyVault" not in plan.providers


def test_plan_with_an_existing_network_on_azure() -> None:
    spec = load("azure-prod").cluster
    assert isinstance(spec, AksClusterSpec)
    network = {"nodes": f"{_NETWORK}nodes", "api_server": f"{_NETWORK}api", "load_balancers": f"{_NETWORK}lb"}
    aks = {**spec.aks.model_dump(), "network": network}
    plan = azure.plan("azure-prod", AksClusterSpec.model_validate({**spec.model_dump(), "aks": aks}))
    assert (plan.cidr, plan.nat_gateways, list(plan.ranges)) == (None, 0, ["pods", "Services"])
    nodes, api, balancers = plan.subnets
    assert nodes == SubnetPlan("nodes", f"{_NETWORK}nodes")
    assert (api.delegation, api.max_prefix_length) == ("Microsoft.ContainerService/managedClusters", 28)
    assert (balancers.delegation, balancers.max_prefix_length) == ("Microsoft.ServiceNetworking/trafficControllers", 24)
