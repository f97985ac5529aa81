"""A key in AWS KMS. Rotation keeps its ARN, and KMS keeps all key material to decrypt what it encrypted.

https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import error_code, missing_permission, summarize_error
from anykube_cli.preflight.problem import Problem
from anykube_cli.state_backends.backend import BackendError
from anykube_cli.state_backends.keys import SUBJECT, MissingPermissionError

T = TypeVar("T")

_RESUME = timedelta(hours=1)
"""A rotation on demand that is younger is used instead of another one: it may be that of an interrupted command."""
_UNREADABLE_CODES = {
    "DisabledException": "is disabled. Enable it: aws kms enable-key --key-id",
    "KMSInvalidStateException": "cannot be used. If its deletion is pending, cancel it: aws kms cancel-key-deletion "
    "--key-id",
}


def open_key(url: str) -> "KmsKey":
    """Opens the key of a URL such as awskms://alias/NAME?region=REGION. Raises BackendError."""
    try:
        import boto3

        region = parse_qs(urlsplit(url).query).get("region", [None])[-1]
        return KmsKey(url, boto3.Session().client("kms", region_name=region))
    except ImportError as error:
        raise BackendError("The AWS SDK is not installed. Run `anykube up` for a stack on AWS") from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to AWS: {problem.message}. To fix it, {problem.remedy}") from error


class KmsKey:
    """A key, by its ID, ARN or alias."""

    def __init__(self, url: str, kms: Any) -> None:
        parts = urlsplit(url)
        self._url, self._id, self._kms = url, f"{parts.netloc}{parts.path}".strip("/"), kms

    @property
    def name(self) -> str:
        """The key's ID, ARN or alias."""
        return self._id

    def pinned_url(self, data_key: bytes) -> str:
        """The same URL: it needs no version."""
        self._decrypting_key(data_key)
        return self._url

    def is_outdated(self, data_key: bytes) -> bool:
        """Whether the alias now names another key. KMS does not tell which key material encrypted the data key."""
        return bool(self._decrypting_key(data_key) != self._describe()["Arn"])

    def rotate(self, data_key: bytes) -> str:
        """Rotates the key material, unless the alias names a newer key or the material was rotated just now."""
        if not self.is_outdated(data_key) and not self._was_rotated_just_now():
            self._call(lambda: self._kms.rotate_key_on_demand(KeyId=self._describe()["KeyId"]))
        return self._url

    def problems(self, data_key: bytes) -> Iterator[Problem]:
        """A key that decrypts but is not the one of the alias."""
        if self.is_outdated(data_key):
            yield Problem(
                SUBJECT,
                f"{self._id} now names another key than the one that encrypted the secrets",
                "re-encrypt them with `anykube rotate-key`, and keep the older key until then",
                "warning",
            )

    def _describe(self) -> Any:
        return self._call(lambda: self._kms.describe_key(KeyId=self._id))["KeyMetadata"]

    def _decrypting_key(self, data_key: bytes) -> str:
        """The ARN of the key that encrypted the data key. The plaintext is discarded."""
        return str(self._call(lambda: self._kms.decrypt(CiphertextBlob=data_key))["KeyId"])

    def _was_rotated_just_now(self) -> bool:
        key_id = self._describe()["KeyId"]
        rotations = self._call(lambda: self._kms.list_key_rotations(KeyId=key_id)).get("Rotations", ())
        dates = [rotation["RotationDate"] for rotation in rotations if rotation.get("RotationType") == "ON_DEMAND"]
        return any(datetime.now(UTC) - date.astimezone(UTC) < _RESUME for date in dates)

    def _call(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:
            kind = MissingPermissionError if missing_permission(error) else BackendError
            raise kind(self._explain(error)) from error

    def _explain(self, error: BaseException) -> str:
        if reason := _UNREADABLE_CODES.get(error_code(error)):
            return f"The key {self._id} of the secrets {reason} {self._id}"
        if error_code(error) == "LimitExceededException":
            return (
                f"The key {self._id} cannot be rotated on demand any more. Point its alias at a new key, and run again"
            )
        if action := missing_permission(error):
            return f"The caller lacks the permission {action} for the key {self._id}. Add it to the policy of its role"
        problem = identity.explain(error)
        if problem.message.startswith(identity.UNKNOWN):
            return f"The request for the key {self._id} failed: {summarize_error(error)}"
        return f"Cannot log in to AWS: {problem.message}. To fix it, {problem.remedy}"
