"""From where a stack can be deployed: a rehearsal stops before it creates anything, or comes up by each way in."""

from collections.abc import Mapping

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import rehearse

_VPN = "10.200.0.0/16"
_INTERNAL = {"internal": [_VPN], "deploy_from": _VPN}
_NETWORK = {"deploy_from": "network"}


@pytest.mark.parametrize(
    ("stack", "place"), [("aws-dev", "internet"), ("aws-prod", "internet"), ("azure-prod", "203.0.113.7")]
)
def test_stops_where_the_api_would_be_out_of_reach(checkout: Checkout, stack: str, place: str) -> None:
    wide = {**checkout.base_environment, "COLUMNS": "300"}  # so that no cell of the table is wrapped
    result = checkout.run("make", "rehearse", f"STACK={stack}", f"FROM={place}", environment=wide, ok=False)
    assert "cannot be reached" in result.out
    assert "Nothing was created" in result.all
    assert not (checkout.folder / ".anykube" / "rehearsals" / stack).exists()


@pytest.mark.parametrize(
    ("stack", "api"),
    [("aws-dev", _INTERNAL), ("aws-dev", _NETWORK), ("gcp-dev", _INTERNAL), ("azure-dev", _INTERNAL)],
    ids=["aws-internal", "aws-network", "gcp-internal", "azure-internal"],
)
def test_comes_up_by_each_way_in(checkout: Checkout, stack: str, api: Mapping[str, object]) -> None:
    """test_rehearsal.py has the ranges that the settings ship, and the DNS endpoint of GKE."""
    with checkout.edit_settings(stack) as settings:
        settings["cluster"]["api"] = dict(api)
        if stack == "gcp-dev":
            settings["cluster"]["gke"]["dns_endpoint"] = False
    output = rehearse(checkout, stack)
    assert ("the network of the cluster" if api is _NETWORK else f"the range {_VPN}") in " ".join(output.split())
