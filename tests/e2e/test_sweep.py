"""Rehearsals in which the cloud does what clouds do: things stay behind, are slow, are refused, for a while or not."""

import pytest

from tests.e2e.checkout import Checkout


@pytest.mark.parametrize(
    ("stack", "faults", "message"),
    [
        # An interface of a node that is gone holds its subnet, and a security group of EKS.
        ("aws-dev", "leftover_interface", "removed a leftover of the cluster: network interface eni-"),
        # A network endpoint group, of a load balancer, and rules of the firewall hold the network.
        ("gcp-dev", "leftovers throttling=7", "removed a leftover of the cluster: network endpoint group k8s1-"),
        # A load balancer holds the subnet that it is in, and its address.
        (
            "azure-dev",
            "leftover_address late=5 throttling=7",
            "removed a leftover of the cluster: public IP address kubernetes-a",
        ),
    ],
)
def test_what_blocks_a_destroy_is_swept(checkout: Checkout, stack: str, faults: str, message: str) -> None:
    said = checkout.make("rehearse", f"STACK={stack}", f"FAULT={faults}")
    assert "✓ destroy" in said.out
    assert "✗" not in said.out
    assert message in said.out
    assert "could not remove" not in said.out
    assert "left in the account: nothing" in said.out


@pytest.mark.parametrize(
    ("stack", "fault", "why", "there"),
    [
        ("gcp-dev", "spot_capacity", "GCE_STOCKOUT", "1 Cluster,"),
        ("azure-dev", "vcpus=2", "6 are needed, and 2 are allowed", "1 ResourceGroup,"),
    ],
)
def test_what_cannot_be_had_ends_in_words_and_is_removed(
    checkout: Checkout, stack: str, fault: str, why: str, there: str
) -> None:
    said = checkout.make("rehearse", f"STACK={stack}", f"FAULT={fault}", ok=False)
    assert said.code != 0
    assert why in said.out
    [told] = [line for line in said.out.splitlines() if line.startswith("up failed. The account now has: ")]
    assert there in told
    assert f"run `anykube up --stack {stack}` again" in told
    assert f"To remove the stack: `anykube destroy --stack {stack}`" in told
    assert "✗ up" in said.out
    assert "✓ destroy" in said.out
    assert "left in the account: nothing" in said.out
    assert "Traceback" not in said.all


def test_what_is_throttled_is_asked_again(checkout: Checkout) -> None:
    said = checkout.make("rehearse", "STACK=aws-dev", "FAULT=throttling=5 slow=1")
    assert "✗" not in said.out
    assert "left in the account: nothing" in said.out
