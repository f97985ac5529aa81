"""Who has access to a cluster: the settings say it, whoever runs. Two identities in turn, on the simulated AWS."""

import json
from collections.abc import Iterator

import psutil
import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

_ROLE = "arn:aws:iam::123456789012:role"
_SSO = f"{_ROLE}/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_0123456789abcdef"
_DEPLOYER, _READER, _REVIEWER = (f"{_ROLE}/anykube-{name}" for name in ("deployer", "preview", "review"))


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptRehearsal]:
    checkout = Checkout(tmp_path_factory.mktemp("access") / "anykube")
    with checkout.edit_settings("aws-dev") as settings:
        settings["cluster"]["access"] = {
            "deployers": [_DEPLOYER, _SSO],
            "reviewers": [_REVIEWER],
            "previewers": [_READER],
            "admins": [_SSO],
            "viewers": [_DEPLOYER],
        }
    try:
        yield KeptRehearsal(checkout, "aws-dev")
        checkout.make("rehearse", "STACK=aws-dev", "END=1")
        psutil.wait_procs(checkout.processes(), timeout=30)
        assert checkout.processes() == []
    finally:
        checkout.remove()


@pytest.fixture
def log_in(rehearsal: KeptRehearsal) -> Iterator[KeptRehearsal]:
    """The rehearsal, whose deployer's credentials return after the test."""
    file = rehearsal.folder / "variables.json"
    before = file.read_text()
    yield rehearsal
    file.write_text(before)


def _as(rehearsal: KeptRehearsal, role: str) -> None:
    """Lets the rehearsal's programs run in a session of a role."""
    keys = rehearsal.client("sts").assume_role(RoleArn=role, RoleSessionName="second")["Credentials"]
    file = rehearsal.folder / "variables.json"
    variables = json.loads(file.read_text()) | {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    file.write_text(json.dumps(variables))


def test_each_principal_has_one_entry(rehearsal: KeptRehearsal) -> None:
    eks = rehearsal.client("eks")
    entries = eks.list_access_entries(clusterName="anykube-dev")["accessEntries"]
    named = [entry for entry in entries if entry in (_DEPLOYER, _SSO, _READER, _REVIEWER)]
    assert sorted(named) == sorted([_DEPLOYER, _SSO, _READER, _REVIEWER])


@pytest.mark.parametrize("role", [_SSO, _READER])
def test_a_second_identity_previews_no_change(log_in: KeptRehearsal, role: str) -> None:
    _as(log_in, role)
    log_in.pulumi("preview", "--expect-no-changes")


def test_drift_reads_everything_with_the_readers_role(log_in: KeptRehearsal) -> None:
    _as(log_in, _READER)
    log_in.pulumi("refresh", "--preview-only", "--expect-no-changes")
    assert log_in.get("secrets", "--all-namespaces") is not None
    for kind in ("storageclasses", "ingressclasses", "customresourcedefinitions"):
        log_in.get(kind)
    refused = log_in.kubectl("create", "namespace", "shop", ok=False)
    assert "forbidden" in refused.err


def test_a_reviewer_writes_only_in_namespaces_of_reviews(log_in: KeptRehearsal) -> None:
    _as(log_in, _REVIEWER)
    log_in.kubectl("create", "namespace", "pr-7")
    log_in.kubectl("create", "configmap", "settings", "--namespace", "pr-7")
    for command in (("create", "namespace", "shop"), ("create", "configmap", "settings", "--namespace", "default")):
        refused = log_in.kubectl(*command, ok=False)
        assert "access.reviewers may write only in namespaces pr-NUMBER" in refused.all
    log_in.kubectl("delete", "namespace", "pr-7")


def test_a_person_by_sso_deploys(log_in: KeptRehearsal) -> None:
    _as(log_in, _SSO)
    log_in.kubectl("create", "configmap", "proof", "--namespace", "default")
    log_in.kubectl("delete", "configmap", "proof", "--namespace", "default")
