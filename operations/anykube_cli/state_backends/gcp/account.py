"""On Google Cloud: a bucket, and a key of Cloud KMS that encrypts it and is the stack's secrets provider.

https://cloud.google.com/storage/docs/json_api/v1/buckets
https://cloud.google.com/storage/docs/encryption/using-customer-managed-keys
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._names import shortened

from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Session, ask, found, service
from anykube_cli.preflight.gcp.errors import summarize_error, missing_permission, disabled, status
from anykube_cli.state_backends.backend import OLD_VERSIONS_DAYS, ROTATION_DAYS, Backend, BackendError, BackendNames, Setting

OWNER_TAG = "anykube-backend"
"""As the tags of other clouds; a label cannot have their colon."""
_KEY = "state"
_ENCRYPTS = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_LIFECYCLE = {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": OLD_VERSIONS_DAYS}}


def enter(spec: GkeClusterSpec, names: BackendNames) -> "CloudStorage":
    """The page's project, as the environment's credentials let one in. Raises BackendError."""
    mute_loggers("google", "googleapiclient", "google_auth_httplib2")
    try:
        session = identity.enter(spec.gke.project)
    except ImportError as error:
        raise BackendError("Google Cloud's SDK is not there: `anykube up` of a stack there installs it") from error
    except Exception as error:
        problem = identity.explain(error)
        raise BackendError(f"{problem.message}: {problem.remedy}") from error
    return CloudStorage(spec, names, session)


class CloudStorage:
    """A bucket and its key, in a project."""

    def __init__(self, spec: GkeClusterSpec, names: BackendNames, session: Session) -> None:
        self._cluster, self._project, self._region = spec.name, spec.gke.project, spec.region
        self._named = names
        self._bucket = names.bucket or f"{shortened(spec.name, 63 - len('-state-') - len(self._project))}" + (
            f"-state-{self._project}"
        )
        self._place = f"projects/{self._project}/locations/{self._region}"
        self._ring = f"{self._place}/keyRings/{names.key or f'{spec.name}-state'}"
        self._key = f"{self._ring}/cryptoKeys/{_KEY}"
        self._projects = service(session, "cloudresourcemanager", "v3").projects()
        storage = service(session, "storage", "v1")
        self._buckets, self._accounts = storage.buckets(), storage.projects().serviceAccount()
        self._rings = service(session, "cloudkms", "v1").projects().locations().keyRings()
        self._keys = self._rings.cryptoKeys()

    @property
    def backend(self) -> Backend:
        """https://www.pulumi.com/docs/iac/concepts/state-and-backends/#google-cloud-storage"""
        return Backend(f"gs://{self._bucket}", f"gcpkms://{self._key}")

    def explain(self, error: BaseException) -> str:
        """By status, reason and method."""
        if api := disabled(error):
            return f"{api} is not enabled in the project: gcloud services enable {api} --project {self._project}"
        if permission := missing_permission(error):
            return f"the caller lacks {permission} in {self._project}, or the bucket {self._bucket} is somebody else's"
        if status(error) == 409:
            return self._foreign()
        if identity.ends(error):
            problem = identity.explain(error)
            return f"{problem.message}: {problem.remedy}"
        return f"Google Cloud refuses: {summarize_error(error)}"

    def _foreign(self) -> str:
        return (
            f"the bucket {self._bucket} is somebody else's: choose another name with BUCKET=… (names of buckets are "
            "one project's in all of Google Cloud)"
        )

    def settings(self) -> Iterator[Setting]:
        """The key and Cloud Storage's right to use it first: the bucket is encrypted by it."""
        key = f"key {self._key}"
        yield Setting(
            f"key ring {self._ring}",
            "in the cluster's region, for good: key rings cannot be deleted",
            {"name": self._ring},
            lambda: found(self._rings.get(name=self._ring)),
            lambda _: ask(self._rings.create(parent=self._place, keyRingId=self._ring.rpartition("/")[2], body={})),
        )
        yield Setting(
            key,
            "for encryption, its main version enabled",
            {"purpose": "ENCRYPT_DECRYPT", "primary": {"state": "ENABLED"}, "labels": {OWNER_TAG: self._cluster}},
            self._described,
            self._make_key,
        )
        yield Setting(
            key,
            f"rotation every {ROTATION_DAYS} days or sooner",
            _seconds(ROTATION_DAYS),
            lambda: ask(self._keys.get(name=self._key)).get("rotationPeriod"),
            lambda _: self._patch_key("rotationPeriod,nextRotationTime", _rotation()),
            lambda there, wanted: _number(there) <= _number(wanted),
        )
        agent = ask(self._accounts.get(projectId=self._project))["email_address"]
        grant = {"role": _ENCRYPTS, "members": [f"serviceAccount:{agent}"]}
        yield Setting(
            key,
            "Cloud Storage encrypts by it",
            {"bindings": [grant]},
            lambda: ask(self._keys.getIamPolicy(resource=self._key, options_requestedPolicyVersion=3)),
            lambda there: self._grant(there, grant),
        )
        bucket = f"bucket {self._bucket}"
        yield Setting(bucket, "in this project and region", {OWNER_TAG: self._cluster}, self._labels, self._make_bucket)
        for what, wanted in self._wanted().items():
            yield Setting(
                bucket,
                what,
                wanted,
                lambda wanted=wanted: self._part(wanted),  # type: ignore[misc]  # bound at once: the loop goes on
                lambda _, wanted=wanted: self._patch(wanted),  # type: ignore[misc]
            )
        yield Setting(
            bucket,
            f"old versions kept for {OLD_VERSIONS_DAYS} days",
            [_LIFECYCLE],
            lambda: self._described_bucket().get("lifecycle", {}).get("rule"),
            lambda there: self._patch({"lifecycle": {"rule": [*(there or ()), _LIFECYCLE]}}),
        )

    def _wanted(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            "uniform access, without ACLs": {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}},
            "public access prevented": {"iamConfiguration": {"publicAccessPrevention": "enforced"}},
            "versioning": {"versioning": {"enabled": True}},
            "encrypted by that key": {"encryption": {"defaultKmsKeyName": self._key}},
        }

    def _described(self) -> Mapping[str, Any] | None:
        there = found(self._keys.get(name=self._key))
        if there is None:
            return None
        self._require_ours(f"key {self._key}", there.get("labels", {}), "KEY", self._named.key)
        usable = there.get("purpose") == "ENCRYPT_DECRYPT" and there.get("primary", {}).get("state") == "ENABLED"
        if not usable:
            raise BackendError(
                f"the key {self._key} is there, and does not encrypt: its purpose is {there.get('purpose')}, its main "
                "version not enabled; enable one, or choose another key ring with KEY=…"
            )
        return there

    def _make_key(self, there: Mapping[str, Any] | None) -> None:
        labels = {OWNER_TAG: self._cluster}
        if there is not None:
            self._patch_key("labels", {"labels": {**there.get("labels", {}), **labels}})
            return
        body = {"purpose": "ENCRYPT_DECRYPT", "labels": labels, **_rotation()}
        ask(self._keys.create(parent=self._ring, cryptoKeyId=_KEY, body=body))

    def _patch_key(self, mask: str, body: Mapping[str, Any]) -> None:
        ask(self._keys.patch(name=self._key, updateMask=mask, body=body))

    def _grant(self, there: Mapping[str, Any], grant: Mapping[str, Any]) -> None:
        """With the policy's etag: who changed it meanwhile is not overwritten. Roles under a condition stay."""
        bindings = [*there.get("bindings", ()), grant]
        ask(self._keys.setIamPolicy(resource=self._key, body={"policy": {**there, "bindings": bindings}}))

    def _described_bucket(self) -> Mapping[str, Any]:
        return ask(self._buckets.get(bucket=self._bucket))

    def _labels(self) -> Mapping[str, str] | None:
        """Those of the bucket; None where there is none. Raises BackendError where it is not to be touched."""
        there = found(self._buckets.get(bucket=self._bucket))
        if there is None:
            return None
        number = str(ask(self._projects.get(name=f"projects/{self._project}"))["name"]).rpartition("/")[2]
        if str(there["projectNumber"]) != number:
            raise BackendError(self._foreign())
        if there["location"].lower() != self._region:
            raise BackendError(
                f"the bucket {self._bucket} is in {there['location'].lower()}, and the stack in {self._region}: a "
                "bucket cannot move, choose another name with BUCKET=…"
            )
        labels: Mapping[str, str] = there.get("labels", {})
        self._require_ours(f"bucket {self._bucket}", labels, "BUCKET", self._named.bucket)
        return labels

    def _require_ours(self, subject: str, labels: Mapping[str, str], variable: str, named: str | None) -> None:
        if labels.get(OWNER_TAG, self._cluster if named else None) != self._cluster:
            whose = f"of the backend of {labels[OWNER_TAG]}" if OWNER_TAG in labels else f"without the label {OWNER_TAG}"
            raise BackendError(
                f"the {subject} is there already, {whose}, so it is somebody else's; to take it over for this "
                f"one, name it with {variable}=… and remove its label {OWNER_TAG} if it has one"
            )

    def _make_bucket(self, there: Mapping[str, str] | None) -> None:
        labels = {"labels": {OWNER_TAG: self._cluster}}
        if there is not None:
            self._patch(labels)
            return
        body: dict[str, Any] = {"name": self._bucket, "location": self._region, **labels}
        for wanted in self._wanted().values():
            for name, value in wanted.items():
                body[name] = {**body.get(name, {}), **value}
        body["lifecycle"] = {"rule": [_LIFECYCLE]}
        ask(self._buckets.insert(project=self._project, body=body))

    def _part(self, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What the bucket has of what is wanted, so that no more than that is told of it."""
        there = self._described_bucket()
        return {name: {one: there.get(name, {}).get(one) for one in of} for name, of in wanted.items()}

    def _patch(self, body: Mapping[str, Any]) -> None:
        ask(self._buckets.patch(bucket=self._bucket, body=body))


def _seconds(days: int) -> str:
    return f"{days * 24 * 3600}s"


def _number(seconds: str) -> float:
    return float(seconds.removesuffix("s"))


def _rotation() -> Mapping[str, str]:
    first = datetime.now(UTC) + timedelta(days=ROTATION_DAYS)
    return {"rotationPeriod": _seconds(ROTATION_DAYS), "nextRotationTime": first.strftime("%Y-%m-%dT%H:%M:%SZ")}
