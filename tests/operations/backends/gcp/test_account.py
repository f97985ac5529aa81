"""The state backend on Google Cloud, in a fake project validated by Google's discovery documents.

The fake project behaves as Cloud Storage and Cloud KMS are documented. It was never compared with a real project.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube_cli.preflight.gcp.clients import Session
from anykube_cli.state_backends.backend import BackendError, BackendNames, SettingResult, reconcile
from anykube_cli.state_backends.gcp.account import OWNER_TAG, GcsBackend
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import DENIED, Parameters, RefusedError, Wire

PROJECT, REGION = "acme-shop", "europe-west1"
BUCKET = f"shop-state-{PROJECT}"
KEY = f"projects/{PROJECT}/locations/{REGION}/keyRings/shop-state/cryptoKeys/state"
AGENT = "service-42@gs-project-accounts.iam.gserviceaccount.com"
SPEC = GkeClusterSpec.model_validate(
    {
        "cloud": "gcp",
        "name": "shop",
        "region": REGION,
        "zones": [f"{REGION}-b", f"{REGION}-c"],
        "gke": {"project": PROJECT},
        "pools": {"servers": {"min": 1, "max": 2, "machine": {"cpu": 2, "memory": "8Gi"}}},
    }
)
_DEFAULT = BackendNames()
_READS = ("get", "getIamPolicy")


class Project:
    """A fake project that stores resources. Merges a patch like both services."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.buckets: dict[str, dict[str, Any]] = {}
        self.rings: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.policy: dict[str, Any] = {"etag": "1"}
        self.propagation = 0
        """Uses of a new permission that are refused: https://docs.cloud.google.com/iam/docs/access-change-propagation"""
        respond = self.wire.respond
        respond("cloudresourcemanager.projects.get", {"name": "projects/42", "projectId": PROJECT})
        respond("storage.projects.serviceAccount.get", {"email_address": AGENT})
        respond("storage.buckets.get", lambda parameters, _: _get(self.buckets, parameters["bucket"]))
        respond("storage.buckets.insert", self._insert)
        respond("storage.buckets.patch", lambda parameters, body: _merge(self.buckets[parameters["bucket"]], body))
        path = "cloudkms.projects.locations.keyRings"
        respond(f"{path}.get", lambda parameters, _: _get(self.rings, parameters["name"]))
        respond(f"{path}.create", self._ring)
        respond(f"{path}.cryptoKeys.get", lambda parameters, _: _get(self.keys, parameters["name"]))
        respond(f"{path}.cryptoKeys.create", self._key)
        respond(f"{path}.cryptoKeys.patch", self._patch_key)
        respond(f"{path}.cryptoKeys.getIamPolicy", lambda *_: self.policy)
        respond(f"{path}.cryptoKeys.setIamPolicy", self._set_policy)

    def run(self, names: BackendNames = _DEFAULT) -> list[SettingResult]:
        return list(reconcile(self.account(names)))

    def account(self, names: BackendNames = _DEFAULT) -> GcsBackend:
        return GcsBackend(SPEC, names, Session(Credentials("secret-token"), lambda: self.wire))

    def add_bucket(self, name: str, /, **fields: Any) -> None:
        """Adds an existing bucket."""
        self.buckets[name] = {"name": name, "projectNumber": "42", "location": "EUROPE-WEST1", **fields}

    def _insert(self, parameters: Parameters, body: Any) -> Any:
        assert parameters["project"] == PROJECT
        if body["name"] in self.buckets:
            return RefusedError(409, "conflict")
        members = [member for binding in self.policy.get("bindings", ()) for member in binding["members"]]
        if f"serviceAccount:{AGENT}" not in members:  # Cloud Storage tries the key before it creates the bucket
            return DENIED
        if self.propagation:
            self.propagation -= 1
            return DENIED
        self.add_bucket(body["name"], **{**body, "location": body["location"].upper()})
        return self.buckets[body["name"]]

    def _ring(self, parameters: Parameters, _: Any) -> Any:
        name = f"{parameters['parent']}/keyRings/{parameters['keyRingId']}"
        self.rings[name] = {"name": name}
        return self.rings[name]

    def _key(self, parameters: Parameters, body: Any) -> Any:
        if parameters["parent"] not in self.rings:
            return RefusedError(404, "notFound")
        name = f"{parameters['parent']}/cryptoKeys/{parameters['cryptoKeyId']}"
        self.keys[name] = {**body, "name": name, "primary": {"state": "ENABLED"}}
        return self.keys[name]

    def _patch_key(self, parameters: Parameters, body: Any) -> Any:
        assert sorted(parameters["updateMask"].split(",")) == sorted(body)
        return _merge(self.keys[parameters["name"]], body)

    def _set_policy(self, parameters: Parameters, body: Any) -> Any:
        if body["policy"].get("etag") != self.policy["etag"]:
            return RefusedError(409, "aborted")
        self.policy = {**body["policy"], "etag": f"{self.policy['etag']}1"}
        return self.policy


def _get(resources: Mapping[str, Any], name: str) -> Any:
    return resources.get(name, RefusedError(404, "notFound"))


def _merge(target: dict[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in body.items():
        if isinstance(value, dict):
            _merge(target.setdefault(name, {}), value)
        else:
            target[name] = value
    return target


@pytest.fixture
def project() -> Project:
    return Project()


def test_creates_a_bucket_and_a_key_with_all_settings(project: Project) -> None:
    assert {result.outcome for result in project.run()} == {"created"}
    bucket, key = project.buckets[BUCKET], project.keys[KEY]
    assert bucket["iamConfiguration"] == {
        "uniformBucketLevelAccess": {"enabled": True},
        "publicAccessPrevention": "enforced",
    }
    assert bucket["versioning"] == {"enabled": True}
    assert bucket["encryption"] == {"defaultKmsKeyName": KEY}
    assert bucket["lifecycle"]["rule"][0]["condition"] == {"daysSinceNoncurrentTime": 90}
    assert key["purpose"] == "ENCRYPT_DECRYPT"
    assert key["rotationPeriod"] == f"{365 * 24 * 3600}s"
    assert project.policy["bindings"] == [
        {"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": [f"serviceAccount:{AGENT}"]}
    ]


def test_waits_until_the_permission_to_use_the_key_is_propagated(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    project.propagation = 3
    assert {result.outcome for result in project.run()} == {"created"}
    assert waits == [1, 2, 4]


def test_ends_if_the_permission_is_never_propagated(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    project.propagation = 1000
    with pytest.raises(BackendError, match="lacks the permission"):
        project.run()
    assert 100 < sum(waits) < 600


def test_does_not_wait_without_a_new_permission(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    project.run()
    project.buckets.clear()
    project.propagation = 1
    with pytest.raises(BackendError, match="lacks the permission"):
        project.run()
    assert waits == []


def test_second_run_changes_nothing(project: Project) -> None:
    project.run()
    project.wire.calls.clear()
    assert {result.outcome for result in project.run()} == {"unchanged"}
    assert project.wire.calls
    assert not [call for call in project.wire.calls if call.rpartition(".")[2] not in _READS]


def test_backend_in_pulumis_terms(project: Project) -> None:
    backend = project.account().backend
    assert (backend.url, backend.secrets) == (f"gs://{BUCKET}", f"gcpkms://{KEY}")


@pytest.mark.parametrize(
    ("current", "description"),
    [
        ({"versioning": {"enabled": False}}, "versioning"),
        ({"iamConfiguration": {"publicAccessPrevention": "inherited"}}, "public access prevented"),
        ({"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}}}, "uniform access, without ACLs"),
        ({"encryption": {"defaultKmsKeyName": "another"}}, "encrypted with that key"),
        ({"lifecycle": {"rule": []}}, "old versions kept for 90 days"),
    ],
)
def test_fixes_and_reports_weak_settings(project: Project, current: dict[str, Any], description: str) -> None:
    project.run()
    _merge(project.buckets[BUCKET], current)
    changed = [result for result in project.run() if result.outcome != "unchanged"]
    assert [(result.description, result.outcome) for result in changed] == [(description, "updated")]
    assert {result.outcome for result in project.run()} == {"unchanged"}


def test_accepts_a_shorter_rotation_period(project: Project) -> None:
    project.run()
    project.keys[KEY]["rotationPeriod"] = "86400s"
    assert {result.outcome for result in project.run()} == {"unchanged"}
    del project.keys[KEY]["rotationPeriod"]
    (changed,) = [result for result in project.run() if result.outcome != "unchanged"]
    assert changed.previous == "nothing"
    assert project.keys[KEY]["nextRotationTime"].endswith("Z")


def test_keeps_other_grants(project: Project) -> None:
    project.policy["bindings"] = [{"role": "roles/owner", "members": ["user:mo@example.com"]}]
    project.run()
    assert project.policy["bindings"][0]["role"] == "roles/owner"
    assert len(project.policy["bindings"]) == 2


def test_rejects_a_bucket_of_another_project(project: Project) -> None:
    project.add_bucket(BUCKET, projectNumber="99", labels={OWNER_TAG: "shop"})
    with pytest.raises(BackendError, match=f"The bucket {BUCKET} belongs to another project"):
        project.run()


def test_rejects_an_unreadable_bucket(project: Project) -> None:
    project.wire.respond("storage.buckets.get", DENIED)
    with pytest.raises(BackendError, match=r"or the bucket \S+ belongs to another project"):
        project.run()


def test_adopts_untagged_storage_only_if_it_is_named(project: Project) -> None:
    project.add_bucket(BUCKET, labels={"team": "shop"})
    with pytest.raises(BackendError, match=f"already exists and has no label {OWNER_TAG}"):
        project.run()
    project.run(BackendNames(bucket=BUCKET))
    assert project.buckets[BUCKET]["labels"] == {"team": "shop", OWNER_TAG: "shop"}


def test_rejects_a_bucket_in_another_region(project: Project) -> None:
    project.add_bucket(BUCKET, location="US", labels={OWNER_TAG: "shop"})
    with pytest.raises(BackendError, match="is in us, but the stack is in europe-west1"):
        project.run()


def test_rejects_a_key_without_an_enabled_version(project: Project) -> None:
    project.run()
    project.keys[KEY]["primary"]["state"] = "DESTROY_SCHEDULED"
    with pytest.raises(BackendError, match="cannot encrypt"):
        project.run()


def test_reports_a_disabled_api(project: Project) -> None:
    refused = RefusedError(403, "SERVICE_DISABLED", build_client="cloudkms.googleapis.com")
    project.wire.respond("cloudkms.projects.locations.keyRings.get", refused)
    with pytest.raises(BackendError, match=r"gcloud services enable cloudkms.googleapis.com --project acme-shop"):
        project.run()
