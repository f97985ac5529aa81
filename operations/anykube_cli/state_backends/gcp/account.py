"""The state backend on Google Cloud: a bucket, and a Cloud KMS key for it and for the stack's secrets.

https://cloud.google.com/storage/docs/json_api/v1/buckets
https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._names import shortened
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Session, build_client, execute, get_or_none
from anykube_cli.preflight.gcp.errors import disabled_api, missing_permission, status, summarize_error
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.state_backends.backend import (
    OLD_VERSIONS_DAYS,
    ROTATION_DAYS,
    Backend,
    BackendError,
    BackendNames,
    RequiredSetting,
)

OWNER_TAG = "anykube-backend"
"""Like the tag of other clouds, but a label cannot contain a colon."""
_KEY = "state"
_ENCRYPTER_ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_LIFECYCLE = {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": OLD_VERSIONS_DAYS}}

_ATTEMPTS = 12
"""Attempts to create a bucket with a key that was granted just now, in about four minutes."""


def connect(spec: GkeClusterSpec, names: BackendNames) -> "GcsBackend":
    """Opens the cluster's project with the environment's credentials. Raises BackendError."""
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    try:
        session = identity.open_session(spec.gke.project)
    except ImportError as error:
        raise BackendError(
            "The Google Cloud SDK is not installed. Run `anykube up` for a stack on Google Cloud to install it"
        ) from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}") from error
    return GcsBackend(spec, names, session)


class GcsBackend:
    """A bucket and its key in a project."""

    def __init__(self, spec: GkeClusterSpec, names: BackendNames, session: Session) -> None:
        self._cluster, self._project, self._region = spec.name, spec.gke.project, spec.region
        self._names = names
        self._has_new_grant = False
        self._bucket = names.bucket or f"{shortened(spec.name, 63 - len('-state-') - len(self._project))}" + (
            f"-state-{self._project}"
        )
        self._location = f"projects/{self._project}/locations/{self._region}"
        self._ring = f"{self._location}/keyRings/{names.key or f'{spec.name}-state'}"
        self._key = f"{self._ring}/cryptoKeys/{_KEY}"
        self._projects = build_client(session, "cloudresourcemanager", "v3").projects()
        storage = build_client(session, "storage", "v1")
        self._buckets, self._accounts = storage.buckets(), storage.projects().serviceAccount()
        self._rings = build_client(session, "cloudkms", "v1").projects().locations().keyRings()
        self._keys = self._rings.cryptoKeys()

    @property
    def backend(self) -> Backend:
        """https://www.pulumi.com/docs/iac/concepts/state-and-backends/#google-cloud-storage"""
        return Backend(f"gs://{self._bucket}", f"gcpkms://{self._key}")

    def explain(self, error: BaseException) -> str:
        """The error's status, reason and method, or the failed login."""
        if api := disabled_api(error):
            enable = f"gcloud services enable {api} --project {self._project}"
            return f"{api} is not enabled in the project. Enable it: {enable}"
        if permission := missing_permission(error):
            return (
                f"The caller lacks the permission {permission} in the project {self._project}, or the bucket "
                f"{self._bucket} belongs to another project. Grant the permission, or choose another name with --bucket"
            )
        if status(error) == 409:
            return self._bucket_taken()
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}"
        return f"The request to Google Cloud failed: {summarize_error(error)}"

    def _bucket_taken(self) -> str:
        return (
            f"The bucket {self._bucket} belongs to another project. "
            "Choose another name with --bucket (bucket names are unique across all of Google Cloud)"
        )

    def settings(self) -> Iterator[RequiredSetting]:
        """The key and Cloud Storage's permission to use it come first: the key encrypts the bucket."""
        key = f"key {self._key}"
        yield RequiredSetting(
            f"key ring {self._ring}",
            "in the cluster's region (key rings cannot be deleted)",
            {"name": self._ring},
            lambda: get_or_none(self._rings.get(name=self._ring)),
            lambda _: execute(
                self._rings.create(parent=self._location, keyRingId=self._ring.rpartition("/")[2], body={})
            ),
        )
        yield RequiredSetting(
            key,
            "for encryption, with an enabled primary version",
            {"purpose": "ENCRYPT_DECRYPT", "primary": {"state": "ENABLED"}, "labels": {OWNER_TAG: self._cluster}},
            self._read_key,
            self._write_key,
        )
        yield RequiredSetting(
            key,
            f"rotated at least every {ROTATION_DAYS} days",
            _seconds(ROTATION_DAYS),
            lambda: execute(self._keys.get(name=self._key)).get("rotationPeriod"),
            lambda _: self._patch_key("rotationPeriod,nextRotationTime", _rotation()),
            lambda current, desired: _parse_seconds(current) <= _parse_seconds(desired),
        )
        agent = execute(self._accounts.get(projectId=self._project))["email_address"]
        grant = {"role": _ENCRYPTER_ROLE, "members": [f"serviceAccount:{agent}"]}
        yield RequiredSetting(
            key,
            "Cloud Storage may encrypt with it",
            {"bindings": [grant]},
            lambda: execute(self._keys.getIamPolicy(resource=self._key, options_requestedPolicyVersion=3)),
            lambda current: self._grant(current, grant),
        )
        bucket = f"bucket {self._bucket}"
        yield RequiredSetting(
            bucket, "in this project and region", {OWNER_TAG: self._cluster}, self._read_bucket, self._write_bucket
        )
        for description, desired in self._bucket_settings().items():
            yield RequiredSetting(
                bucket,
                description,
                desired,
                lambda desired=desired: self._read_fields(desired),  # type: ignore[misc]  # bound now, not after the loop
                lambda _, desired=desired: self._patch(desired),  # type: ignore[misc]
            )
        yield RequiredSetting(
            bucket,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            [_LIFECYCLE],
            lambda: self._describe_bucket().get("lifecycle", {}).get("rule"),
            lambda current: self._patch({"lifecycle": {"rule": [*(current or ()), _LIFECYCLE]}}),
        )

    def _bucket_settings(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            "uniform access, without ACLs": {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}},
            "public access prevented": {"iamConfiguration": {"publicAccessPrevention": "enforced"}},
            "versioning": {"versioning": {"enabled": True}},
            "encrypted with that key": {"encryption": {"defaultKmsKeyName": self._key}},
        }

    def _read_key(self) -> Mapping[str, Any] | None:
        key = get_or_none(self._keys.get(name=self._key))
        if key is None:
            return None
        self._require_ownership(f"key {self._key}", key.get("labels", {}), "--key", self._names.key)
        is_usable = key.get("purpose") == "ENCRYPT_DECRYPT" and key.get("primary", {}).get("state") == "ENABLED"
        if not is_usable:
            raise BackendError(
                f"The key {self._key} cannot encrypt: its purpose is {key.get('purpose')}, or its primary version is "
                "not enabled. Enable a version, or choose another key ring with --key"
            )
        return key

    def _write_key(self, current: Mapping[str, Any] | None) -> None:
        labels = {OWNER_TAG: self._cluster}
        if current is not None:
            self._patch_key("labels", {"labels": {**current.get("labels", {}), **labels}})
            return
        body = {"purpose": "ENCRYPT_DECRYPT", "labels": labels, **_rotation()}
        execute(self._keys.create(parent=self._ring, cryptoKeyId=_KEY, body=body))

    def _patch_key(self, mask: str, body: Mapping[str, Any]) -> None:
        execute(self._keys.patch(name=self._key, updateMask=mask, body=body))

    def _grant(self, current: Mapping[str, Any], grant: Mapping[str, Any]) -> None:
        """Sends the policy's etag, so that a concurrent change is not overwritten. Conditional bindings are kept."""
        self._has_new_grant = True
        bindings = [*current.get("bindings", ()), grant]
        execute(self._keys.setIamPolicy(resource=self._key, body={"policy": {**current, "bindings": bindings}}))

    def _describe_bucket(self) -> Mapping[str, Any]:
        return execute(self._buckets.get(bucket=self._bucket))

    def _read_bucket(self) -> Mapping[str, str] | None:
        """The bucket's labels; None if there is no bucket. Raises BackendError if the bucket is not ours to change."""
        bucket = get_or_none(self._buckets.get(bucket=self._bucket))
        if bucket is None:
            return None
        number = str(execute(self._projects.get(name=f"projects/{self._project}"))["name"]).rpartition("/")[2]
        if str(bucket["projectNumber"]) != number:
            raise BackendError(self._bucket_taken())
        if (region := bucket["location"].lower()) != self._region:
            raise BackendError(
                f"The bucket {self._bucket} is in {region}, but the stack is in {self._region}. "
                "A bucket cannot be moved: choose another name with --bucket"
            )
        labels: Mapping[str, str] = bucket.get("labels", {})
        self._require_ownership(f"bucket {self._bucket}", labels, "--bucket", self._names.bucket)
        return labels

    def _require_ownership(self, subject: str, labels: Mapping[str, str], option: str, chosen_name: str | None) -> None:
        if labels.get(OWNER_TAG, self._cluster if chosen_name else None) != self._cluster:
            has_label = OWNER_TAG in labels
            owner = f"belongs to the cluster {labels[OWNER_TAG]}" if has_label else f"has no label {OWNER_TAG}"
            raise BackendError(
                f"The {subject} already exists and {owner}. "
                f"To use it for this cluster, name it with {option} and remove its label {OWNER_TAG} if it has one"
            )

    def _write_bucket(self, current: Mapping[str, str] | None) -> None:
        labels = {"labels": {OWNER_TAG: self._cluster}}
        if current is not None:
            self._patch(labels)
            return
        body: dict[str, Any] = {"name": self._bucket, "location": self._region, **labels}
        for setting in self._bucket_settings().values():
            for name, value in setting.items():
                body[name] = {**body.get(name, {}), **value}
        body["lifecycle"] = {"rule": [_LIFECYCLE]}
        self._insert(body)

    def _insert(self, body: Mapping[str, Any]) -> None:
        """Creates the bucket. Cloud Storage tries the key first, which it may use only minutes after it was granted.

        https://docs.cloud.google.com/iam/docs/access-change-propagation
        """
        retrying = Retrying(
            retry=retry_if_exception(lambda error: self._has_new_grant and status(error) == 403),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(max=30),
            reraise=True,
        )
        retrying(lambda: execute(self._buckets.insert(project=self._project, body=body)))

    def _read_fields(self, desired: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The bucket's values of the desired fields, without other fields: the report shows them."""
        bucket = self._describe_bucket()
        return {name: {key: bucket.get(name, {}).get(key) for key in fields} for name, fields in desired.items()}

    def _patch(self, body: Mapping[str, Any]) -> None:
        execute(self._buckets.patch(bucket=self._bucket, body=body))


def _seconds(days: int) -> str:
    return f"{days * 24 * 3600}s"


def _parse_seconds(seconds: str) -> float:
    return float(seconds.removesuffix("s"))


def _rotation() -> Mapping[str, str]:
    first = datetime.now(UTC) + timedelta(days=ROTATION_DAYS)
    return {"rotationPeriod": _seconds(ROTATION_DAYS), "nextRotationTime": first.strftime("%Y-%m-%dT%H:%M:%SZ")}
