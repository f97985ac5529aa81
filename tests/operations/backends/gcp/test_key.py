"""The versions of a key in a simulated Cloud KMS."""

import pytest
from anykube_cli import key_check
from anykube_cli.secrets_provider import SecretsProvider
from anykube_cli.state_backends import keys
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.gcp.key import KmsKey

from tests.operations.backends.gcp.kms import NAME, Kms
from tests.operations.preflight.gcp.wire import DENIED

URL = f"gcpkms://{NAME}"


@pytest.fixture
def kms() -> Kms:
    return Kms()


def test_a_rotation_keeps_old_data_readable(kms: Kms) -> None:
    key, data_key = KmsKey(URL, kms.session), kms.encrypt()
    assert key.rotate(data_key) == URL
    assert kms.primary == 2
    assert key.pinned_url(data_key) == URL
    assert key.is_outdated(data_key)
    assert not key.is_outdated(kms.encrypt())


def test_uses_a_newer_primary_version_before_it_creates_one(kms: Kms) -> None:
    data_key = kms.encrypt()
    kms.rotate()
    KmsKey(URL, kms.session).rotate(data_key)
    assert len(kms.versions) == 2


def test_continues_an_interrupted_rotation(kms: Kms) -> None:
    kms.create_version()
    KmsKey(URL, kms.session).rotate(kms.encrypt())
    assert kms.primary == len(kms.versions) == 2


def test_does_not_use_a_disabled_version(kms: Kms) -> None:
    kms.create_version()["state"] = "DISABLED"
    KmsKey(URL, kms.session).rotate(kms.encrypt())
    assert kms.primary == 3


def test_stops_if_the_version_of_the_stack_is_disabled(kms: Kms) -> None:
    data_key = kms.encrypt()
    kms.rotate()
    kms.versions[0]["state"] = "DISABLED"
    with pytest.raises(BackendError, match=r"gcloud kms keys versions enable VERSION --key \S+\. Disabled: 1"):
        list(KmsKey(URL, kms.session).problems(data_key))


def test_warns_of_a_version_that_will_be_destroyed(kms: Kms) -> None:
    kms.rotate()
    kms.versions[0].update(state="DESTROY_SCHEDULED", destroyTime="2027-01-31T10:00:00Z")
    [problem] = KmsKey(URL, kms.session).problems(kms.encrypt())
    assert problem.severity == "warning"
    assert "the version 1 of" in problem.message
    assert "destroyed on 2027-01-31" in problem.message


def test_a_deployer_that_may_not_list_versions_is_warned(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploying needs no more than `roles/cloudkms.cryptoKeyEncrypterDecrypter`, which does not list versions."""
    kms.wire.respond("cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.list", DENIED)
    monkeypatch.setattr(keys, "open_key", lambda url: KmsKey(url, kms.session))
    [problem] = key_check.problems(SecretsProvider(URL, kms.encrypt()))
    assert problem.severity == "warning"
    assert "lacks the permission" in problem.message
