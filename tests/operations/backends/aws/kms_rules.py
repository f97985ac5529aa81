"""Rules of KMS that moto lacks: key states in which KMS does not decrypt, and rotations that replace key material.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-on-demand.html
"""

from collections.abc import Mapping
from typing import Any

import pytest
from moto.core.exceptions import JsonRESTError
from moto.kms.exceptions import InvalidCiphertextException
from moto.kms.models import KmsBackend
from moto.kms.utils import generate_master_key

_REFUSALS: Mapping[str, str] = {"Disabled": "DisabledException", "PendingDeletion": "KMSInvalidStateException"}

_decrypt, _rotate = KmsBackend.decrypt, KmsBackend.rotate_key_on_demand


def apply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applies the rules until the end of the test."""
    materials: dict[str, list[bytes]] = {}

    def rotate(backend: KmsBackend, key_id: str) -> str:
        key = backend.keys[backend.get_key_id(key_id)]
        materials.setdefault(key.id, []).append(key.key_material)
        key.key_material = generate_master_key()
        return _rotate(backend, key_id)

    def decrypt(backend: KmsBackend, *arguments: Any, **options: Any) -> tuple[bytes, str]:
        plaintext, arn = _with_any_material(backend, materials, *arguments, **options)
        if code := _REFUSALS.get(backend.describe_key(arn).key_state):
            raise JsonRESTError(code, "")
        return plaintext, arn

    monkeypatch.setattr(KmsBackend, "decrypt", decrypt)
    monkeypatch.setattr(KmsBackend, "rotate_key_on_demand", rotate)


def _with_any_material(
    backend: KmsBackend, materials: Mapping[str, list[bytes]], *arguments: Any, **options: Any
) -> tuple[bytes, str]:
    """KMS finds the material that encrypted the data by itself."""
    try:
        return _decrypt(backend, *arguments, **options)
    except InvalidCiphertextException:
        for key_id, older in materials.items():
            key = backend.keys[key_id]
            newest = key.key_material
            for key.key_material in older:
                try:
                    return _decrypt(backend, *arguments, **options)
                except InvalidCiphertextException:
                    continue
                finally:
                    key.key_material = newest
        raise
