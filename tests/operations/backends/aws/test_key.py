"""A key in a simulated KMS."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from anykube_cli.state_backends.aws import key as module
from anykube_cli.state_backends.aws.key import KmsKey, open_key
from anykube_cli.state_backends.backend import BackendError

REGION = "eu-west-1"
URL = f"awskms://alias/shop-state?region={REGION}"

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def kms(account: None) -> Any:
    client = boto3.client("kms", REGION)
    client.create_alias(AliasName="alias/shop-state", TargetKeyId=client.create_key()["KeyMetadata"]["KeyId"])
    return client


def _encrypt(kms: Any) -> bytes:
    return bytes(kms.encrypt(KeyId="alias/shop-state", Plaintext=b"k" * 32)["CiphertextBlob"])


def _rotations(kms: Any) -> int:
    return len(
        kms.list_key_rotations(KeyId=kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"])["Rotations"]
    )


def test_a_rotation_keeps_the_key_and_old_data(kms: Any) -> None:
    data_key, arn = _encrypt(kms), kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["Arn"]
    assert open_key(URL).rotate(data_key) == URL
    assert _rotations(kms) == 1
    assert kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["Arn"] == arn
    assert kms.decrypt(CiphertextBlob=data_key)["Plaintext"] == b"k" * 32
    assert open_key(URL).pinned_url(data_key) == URL
    assert not list(open_key(URL).problems(data_key))


def test_continues_an_interrupted_rotation(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    KmsKey(URL, kms).rotate(_encrypt(kms))
    KmsKey(URL, kms).rotate(_encrypt(kms))
    assert _rotations(kms) == 1
    monkeypatch.setattr(module, "_RESUME", timedelta(0))
    KmsKey(URL, kms).rotate(_encrypt(kms))
    assert _rotations(kms) == 2


def test_uses_the_key_to_which_the_alias_moved(kms: Any) -> None:
    data_key = _encrypt(kms)
    kms.update_alias(AliasName="alias/shop-state", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    [problem] = KmsKey(URL, kms).problems(data_key)
    assert problem.severity == "warning"
    assert "names another key" in problem.message
    KmsKey(URL, kms).rotate(data_key)
    assert _rotations(kms) == 0


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (lambda kms, key_id: kms.disable_key(KeyId=key_id), "aws kms enable-key --key-id alias/shop-state"),
        (
            lambda kms, key_id: kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7),
            "aws kms cancel-key-deletion --key-id alias/shop-state",
        ),
    ],
)
def test_stops_if_the_key_cannot_decrypt(kms: Any, change: Any, remedy: str) -> None:
    data_key = _encrypt(kms)
    change(kms, kms.describe_key(KeyId="alias/shop-state")["KeyMetadata"]["KeyId"])
    with pytest.raises(BackendError, match=remedy):
        list(KmsKey(URL, kms).problems(data_key))
