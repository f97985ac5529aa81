"""The versions of a key, in a simulated vault."""

import time

import pytest
from anykube_cli.state_backends.azure.key import VaultKey
from anykube_cli.state_backends.backend import BackendError

from tests.operations.backends.azure.vault import HOST, Vault, Version, encrypt_data_key


@pytest.fixture
def vault() -> Vault:
    return Vault()


def _key(vault: Vault, version: Version | None = None) -> VaultKey:
    return VaultKey(vault.provider + (f"/{version.id}" if version else ""), vault.session)


def test_finds_the_version_that_encrypted_the_data_key(vault: Vault) -> None:
    for _ in range(4):
        vault.rotate()
    for version in vault.versions:
        url = _key(vault).pinned_url(encrypt_data_key(vault, version))
        assert url == f"azurekeyvault://{HOST}/keys/state/{version.id}"


def test_keeps_the_algorithm(vault: Vault) -> None:
    key = VaultKey(f"{vault.provider}?algorithm=RSA-OAEP-256", vault.session)
    assert key.pinned_url(encrypt_data_key(vault)).endswith(f"/{vault.versions[0].id}?algorithm=RSA-OAEP-256")


def test_replaces_a_version_that_did_not_encrypt_the_data_key(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    assert _key(vault, vault.rotate()).pinned_url(data_key).endswith(vault.versions[0].id)
    assert _key(vault, Version("f" * 32, 0)).pinned_url(data_key).endswith(vault.versions[0].id)


def test_names_the_disabled_versions_if_none_decrypts(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    vault.rotate()
    vault.versions[0].enabled = False
    with pytest.raises(
        BackendError, match=rf"disabled: {vault.versions[0].id}\. Enable them: az keyvault key set-attributes"
    ):
        _key(vault).pinned_url(data_key)


def test_uses_a_newer_version_before_it_creates_one(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    newest = vault.rotate()
    assert _key(vault).rotate(data_key).endswith(newest.id)
    assert len(vault.versions) == 2
    assert _key(vault).rotate(encrypt_data_key(vault)).endswith(vault.versions[-1].id)
    assert len(vault.versions) == 3


def test_names_the_role_for_a_rotation(vault: Vault) -> None:
    vault.may_rotate = False
    with pytest.raises(BackendError, match=r"Key Vault Crypto Officer.*az keyvault key rotate"):
        _key(vault).rotate(encrypt_data_key(vault))


def test_warns_of_an_url_without_a_version_before_the_first_rotation(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    [problem] = _key(vault).problems(data_key)
    assert problem.severity == "warning"
    assert "its next rotation makes all secrets unreadable" in problem.message
    assert problem.remedy == "record the version with `anykube rotate-key --pin`"
    assert not list(_key(vault, vault.versions[0]).problems(data_key))


def test_stops_at_an_url_without_a_version_after_a_rotation(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    vault.rotate()
    [problem] = _key(vault).problems(data_key)
    assert problem.severity == "error"
    assert problem.remedy == "record the version with `anykube rotate-key --pin`"


def test_warns_of_an_older_version_and_of_expiry(vault: Vault) -> None:
    data_key = encrypt_data_key(vault)
    vault.rotate()
    vault.versions[0].expires = int(time.time()) + 20 * 24 * 3600
    older, expiry = _key(vault, vault.versions[0]).problems(data_key)
    assert "the secrets still have the older version" in older.message
    assert "expires on 20" in expiry.message
    assert {older.severity, expiry.severity} == {"warning"}
