"""Rehearsals with faults: leftovers that block a destroy, missing capacity, slow and throttled requests."""

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import rehearse


@pytest.mark.parametrize(
    ("stack", "faults", "message"),
    [
        # An interface of a node that is gone holds its subnet, and a security group of EKS.
        (
            "aws-dev",
            "leftover_interface throttling=5 slow=1",
            "removed a leftover of the cluster: network interface eni-",
        ),
        # A network endpoint group, of a load balancer, and rules of the firewall hold the network.
        (
            "gcp-dev",
            "leftovers throttling=7 propagation=2",
            "removed a leftover of the cluster: network endpoint group k8s1-",
        ),
        # A load balancer holds the subnet that it is in, and its address.
        (
            "azure-dev",
            "leftover_address late=5 throttling=7 propagation=2",
            "removed a leftover of the cluster: public IP address kubernetes-a",
        ),
    ],
)
def test_destroy_sweeps_leftovers_that_block_it(checkout: Checkout, stack: str, faults: str, message: str) -> None:
    """Throttled and slow requests are retried, so that no step fails."""
    output = rehearse(checkout, stack, "upgrade 1.35 → 1.36", "add a pool", faults=faults)
    assert message in output
    assert "could not remove" not in output
    assert checkout.status == ""


@pytest.mark.parametrize(
    ("stack", "fault", "reason", "remaining"),
    [
        ("gcp-dev", "spot_capacity", "GCE_STOCKOUT", "1 Cluster,"),
        ("azure-dev", "vcpus=2", "6 are needed, but the limit is 2", "1 ResourceGroup,"),
    ],
)
def test_missing_capacity_is_reported_and_cleaned_up(
    checkout: Checkout, stack: str, fault: str, reason: str, remaining: str
) -> None:
    result = checkout.make("rehearse", f"STACK={stack}", f"FAULT={fault}", ok=False)
    assert result.code != 0
    assert reason in result.out
    [summary] = [line for line in result.out.splitlines() if line.startswith("up failed. The account now has: ")]
    assert remaining in summary
    assert f"run `anykube up --stack {stack}` again" in summary
    assert f"To remove the stack: `anykube destroy --stack {stack}`" in summary
    assert "✗ up" in result.out
    assert "✓ destroy" in result.out
    assert "left in the account: nothing" in result.out
    assert "Traceback" not in result.all
