from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anykube_cli.preflight.azure.networks import overlapping, subnets
from anykube_cli.preflight.azure.plan import SubnetPlan

from tests.operations.preflight.azure.subscription import ID, OWN_TAGS, PLAN, Subscription
from tests.operations.preflight.problem_text import format_problems

_NETWORK = f"/subscriptions/{ID}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/shared"
_SERVICE = "Microsoft.ContainerService/managedClusters"
_EXISTING_NETWORK_PLAN = replace(
    PLAN,
    cidr=None,
    ranges={"Services": "172.20.0.0/16"},
    subnets=[
        SubnetPlan("nodes", f"{_NETWORK}/subnets/nodes"),
        SubnetPlan("the API server", f"{_NETWORK}/subnets/api", _SERVICE, 28),
    ],
)


def _add_network(fake_subscription: Subscription, name: str, *blocks: str, **fields: Any) -> None:
    network = {"name": name, "properties": {"addressSpace": {"addressPrefixes": blocks}}, **fields}
    fake_subscription.respond("networks", {"value": [{**network, "properties": _space(blocks)}]})


def _space(blocks: tuple[str, ...]) -> Mapping[str, Any]:
    return {"addressSpace": {"addressPrefixes": list(blocks)}}


def _subnet(prefix: str, *services: str) -> Mapping[str, Any]:
    delegations = [{"name": "d", "properties": {"serviceName": service}} for service in services]
    return {"properties": {"addressPrefix": prefix, "delegations": delegations}}


def test_overlapping_network_is_a_warning(fake_subscription: Subscription) -> None:
    _add_network(fake_subscription, "office", "10.99.0.0/16", "10.20.8.0/24", "fd00::/48")
    [problem] = fake_subscription.run(overlapping, PLAN)
    assert (problem.severity, problem.subject) == ("warning", "range 10.20.0.0/16 (network)")
    assert problem.message == "the range overlaps 10.20.8.0/24 of the virtual network office"


def test_own_network_does_not_overlap(fake_subscription: Subscription) -> None:
    _add_network(fake_subscription, "shop", "10.20.0.0/16", tags=OWN_TAGS)
    assert not fake_subscription.run(overlapping, PLAN)


def test_overlap_in_an_existing_network_is_an_error(fake_subscription: Subscription) -> None:
    _add_network(fake_subscription, "shared", "172.20.4.0/24")
    [problem] = fake_subscription.run(overlapping, _EXISTING_NETWORK_PLAN)
    assert (problem.severity, problem.subject) == ("error", "range 172.20.0.0/16 (Services)")


def test_existing_subnets(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subnet", _subnet("10.1.0.0/28", _SERVICE))
    assert not fake_subscription.run(subnets, _EXISTING_NETWORK_PLAN)
    assert not fake_subscription.run(subnets, PLAN)


def test_missing_subnets(fake_subscription: Subscription) -> None:
    problems = fake_subscription.run(subnets, _EXISTING_NETWORK_PLAN)
    assert [problem.subject for problem in problems] == ["subnet nodes", "subnet api"]
    assert "az network vnet subnet list --resource-group hub --vnet-name shared" in problems[0].remedy


def test_subnet_without_delegation(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subnet", _subnet("10.1.0.0/28", "Microsoft.Sql/managedInstances"))
    [problem] = fake_subscription.run(subnets, _EXISTING_NETWORK_PLAN)
    assert problem.subject == "subnet api"
    assert f"--delegations {_SERVICE}" in problem.remedy


def test_subnet_is_too_small(fake_subscription: Subscription) -> None:
    fake_subscription.respond("subnet", _subnet("10.1.0.0/29", _SERVICE))
    assert "the range 10.1.0.0/29 is too small" in format_problems(
        fake_subscription.run(subnets, _EXISTING_NETWORK_PLAN)
    )
    ranges = {"addressPrefixes": ["10.1.0.0/29"], "delegations": _subnet("", _SERVICE)["properties"]["delegations"]}
    fake_subscription.respond("subnet", {"properties": ranges})
    assert "the range 10.1.0.0/29 is too small" in format_problems(
        fake_subscription.run(subnets, _EXISTING_NETWORK_PLAN)
    )


def test_does_not_check_a_subnet_of_another_subscription(fake_subscription: Subscription) -> None:
    other = replace(_EXISTING_NETWORK_PLAN, subnets=[SubnetPlan("nodes", f"{_NETWORK}/subnets/n".replace(ID, "other"))])
    [problem] = fake_subscription.run(subnets, other)
    assert problem.severity == "warning"
    assert not fake_subscription.wire.calls
