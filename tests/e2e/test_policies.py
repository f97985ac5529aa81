"""The policy pack before the real engine: who is stopped, what is excused, and what a rule that throws does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.checkout import Checkout, CommandResult

_ADMINS = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "admins"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "admins"}],
}
_BINDING = "web-clusterrolebinding-admins"
_SAID = "grants cluster-admin to admins. Bind a role with only the permissions it needs"
_WAIVER = {
    "rule": "rbac-cluster-admin",
    "resource": _BINDING,
    "reason": "the way in of last resort",
    "until": "2999-12-31",
}


@contextmanager
def _bound(checkout: Checkout, **policies: Any) -> Iterator[None]:
    """A page in which an app brings a binding to cluster-admin, judged so; afterwards it is the page that it was."""
    file = checkout.folder / "stacks" / "environments" / "local.yaml"
    before = file.read_text()
    with checkout.edit_settings() as page:
        page["policies"] = policies
        page["apps"]["web"]["manifests"] = [_ADMINS]
    try:
        yield
    finally:
        file.write_text(before)


def _preview(checkout: Checkout) -> CommandResult:
    return checkout.pulumi("preview", "--stack", "local", ok=False)


@pytest.fixture(scope="module")
def initialized(checkout: Checkout) -> Checkout:
    """A checkout for plain `pulumi`, in which the stack `local` is there, and empty."""
    assert checkout.environment
    return checkout


def test_local_stack_passes_all_production_rules(checkout: Checkout) -> None:
    result = checkout.make("policy", "STRICT=1")
    assert "local (production): " in result.out
    assert "no violations" in result.out


def test_production_stops_with_rule_resource_and_remedy(initialized: Checkout) -> None:
    with _bound(initialized, profile="production"):
        result = _preview(initialized)
        report = initialized.make("policy", ok=False)
    assert result.code
    assert "[mandatory]" in result.out
    for text in ("rbac-cluster-admin", _BINDING, _SAID, "[CIS EKS 1.8 4.1.1"):
        assert text in " ".join(result.out.split())
    assert report.code == 2  # make's
    assert "1 violation would stop `anykube up`" in report.out
    for text in (
        "✗ rbac-cluster-admin  high",
        f"ClusterRoleBinding {_BINDING} grants cluster-admin to admins",
        "→ bind a role with only the permissions it needs",
        "CIS EKS 1.8 4.1.1",
    ):
        assert text in report.out


def test_make_up_stops_before_creating_anything(initialized: Checkout) -> None:
    with _bound(initialized, profile="production"):
        result = initialized.make("up", ok=False)
    assert result.code
    assert _SAID in " ".join(result.all.split())
    resources = json.loads(initialized.state())["deployment"].get("resources", [])
    assert [resource["type"] for resource in resources if not resource["type"].startswith("pulumi:")] == []


def test_development_only_warns(initialized: Checkout) -> None:
    with _bound(initialized, profile="development"):
        result = _preview(initialized)
    assert result.code == 0, result.all
    assert "[advisory]" in result.out
    assert _SAID in " ".join(result.out.split())


def test_waiver_applies_to_its_rule_and_resource(initialized: Checkout) -> None:
    with _bound(initialized, waivers=[_WAIVER]):
        result = _preview(initialized)
        report = initialized.make("policy")
    assert result.code == 0, result.all
    assert "rbac-cluster-admin" not in result.out
    assert f"waived: rbac-cluster-admin for {_BINDING} until 2999-12-31" in report.out


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"until": "2026-01-01"}, "expired on 2026-01-01"),
        ({"rule": "rbac-cluster-admins"}, "there is no rule rbac-cluster-admins. Did you mean rbac-cluster-admin?"),
        ({"reason": ""}, "policies.waivers[0].reason"),
    ],
    ids=["past its date", "of an unknown rule", "without a reason"],
)
def test_rejects_invalid_waivers(overrides: dict[str, str], text: str, initialized: Checkout) -> None:
    with _bound(initialized, profile="development", waivers=[_WAIVER | overrides]):
        result = _preview(initialized)
    assert result.code
    assert "policy-settings" in result.out
    assert text in " ".join(result.out.split())


def test_rule_that_raises_fails_the_run(initialized: Checkout) -> None:
    file = initialized.folder / "policies" / "anykube_policies" / "rbac.py"
    before = file.read_text()
    line = '    if binding.fields.get("roleRef.name").text'
    assert before.count(line) == 1
    file.write_text(before.replace(line, f"    raise ZeroDivisionError(binding.name)\n{line}"))
    try:
        with _bound(initialized, profile="development"):
            result = _preview(initialized)
    finally:
        file.write_text(before)
    assert result.code
    assert "rule rbac-cluster-admin failed for urn:pulumi:local::anykube::" in result.all
    assert "ZeroDivisionError" in result.all
