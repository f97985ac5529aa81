"""Rehearsals in which the cloud does what clouds do: things stay behind, are slow, are refused for a while."""

import pytest

from tests.e2e.checkout import Checkout


@pytest.mark.parametrize("fault", ["leftover_interface"])
def test_a_destroy_works_at_the_first_try(checkout: Checkout, fault: str) -> None:
    """An interface of a node that is gone holds its subnet, and a security group of EKS."""
    said = checkout.make("rehearse", "STACK=aws-dev", f"FAULT={fault}")
    assert "✓ destroy" in said.out
    assert "swept the network interface eni-" in said.out
    assert "left in the account: nothing" in said.out


def test_what_is_throttled_is_asked_again(checkout: Checkout) -> None:
    said = checkout.make("rehearse", "STACK=aws-dev", "FAULT=throttling=5 slow=1")
    assert "✗" not in said.out
    assert "left in the account: nothing" in said.out
