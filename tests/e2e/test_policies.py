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
def made(checkout: Checkout) -> Checkout:
    """A checkout for plain `pulumi`, in which the stack `local` is there, and empty."""
    assert checkout.environment
    return checkout


def test_our_own_stack_keeps_every_rule_of_production(checkout: Checkout) -> None:
    said = checkout.make("policy", "STRICT=1")
    assert "local (production): " in said.out
    assert "no violations" in said.out


def test_production_is_stopped_and_told_what_who_and_what_helps(made: Checkout) -> None:
    with _bound(made, profile="production"):
        said = _preview(made)
        report = made.make("policy", ok=False)
    assert said.code
    assert "[mandatory]" in said.out
    for words in ("rbac-cluster-admin", _BINDING, _SAID, "[CIS EKS 1.8 4.1.1"):
        assert words in " ".join(said.out.split())
    assert report.code == 2  # make's
    assert "1 violation would stop `anykube up`" in report.out
    for words in (
        "✗ rbac-cluster-admin  high",
        f"ClusterRoleBinding {_BINDING} grants cluster-admin to admins",
        "→ bind a role with only the permissions it needs",
        "CIS EKS 1.8 4.1.1",
    ):
        assert words in report.out


def test_make_up_is_stopped_before_anything_is_made(made: Checkout) -> None:
    with _bound(made, profile="production"):
        said = made.make("up", ok=False)
    assert said.code
    assert _SAID in " ".join(said.all.split())
    resources = json.loads(made.state())["deployment"].get("resources", [])
    assert [one["type"] for one in resources if not one["type"].startswith("pulumi:")] == []


def test_development_is_told_and_goes_on(made: Checkout) -> None:
    with _bound(made, profile="development"):
        said = _preview(made)
    assert said.code == 0, said.all
    assert "[advisory]" in said.out
    assert _SAID in " ".join(said.out.split())


def test_a_waiver_excuses_what_it_names(made: Checkout) -> None:
    with _bound(made, waivers=[_WAIVER]):
        said = _preview(made)
        report = made.make("policy")
    assert said.code == 0, said.all
    assert "rbac-cluster-admin" not in said.out
    assert f"waived: rbac-cluster-admin for {_BINDING} until 2999-12-31" in report.out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"until": "2026-01-01"}, "expired on 2026-01-01"),
        ({"rule": "rbac-cluster-admins"}, "there is no rule rbac-cluster-admins. Did you mean rbac-cluster-admin?"),
        ({"reason": ""}, "policies.waivers[0].reason"),
    ],
    ids=["past its date", "of an unknown rule", "without a reason"],
)
def test_a_wrong_waiver_is_itself_refused(wrong: dict[str, str], words: str, made: Checkout) -> None:
    with _bound(made, profile="development", waivers=[_WAIVER | wrong]):
        said = _preview(made)
    assert said.code
    assert "policy-settings" in said.out
    assert words in " ".join(said.out.split())


def test_a_rule_that_throws_fails_the_run(made: Checkout) -> None:
    file = made.folder / "policies" / "anykube_policies" / "rbac.py"
    before = file.read_text()
    line = '    if binding.fields.get("roleRef.name").text'
    assert before.count(line) == 1
    file.write_text(before.replace(line, f"    raise ZeroDivisionError(binding.name)\n{line}"))
    try:
        with _bound(made, profile="development"):
            said = _preview(made)
    finally:
        file.write_text(before)
    assert said.code
    assert "rule rbac-cluster-admin failed for urn:pulumi:local::anykube::" in said.all
    assert "ZeroDivisionError" in said.all
