"""The backend on Google Cloud: requests and answers judged by Google's own description of Cloud Storage and Cloud KMS.

What answers here keeps what it was sent, and knows what the two services do with it, as far as their documents say:
no real project has answered.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube_cli.preflight.gcp.clients import Session
from anykube_cli.state_backends.backend import BackendError, SettingResult, BackendNames, reconcile
from anykube_cli.state_backends.gcp.account import OWNER_TAG, CloudStorage
from google.oauth2.credentials import Credentials

from tests.operations.preflight.gcp.wire import DENIED, Asked, RefusedError, Wire

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
    """A project that keeps what it is sent. A patch is merged, as both services merge it."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.buckets: dict[str, dict[str, Any]] = {}
        self.rings: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.policy: dict[str, Any] = {"etag": "1"}
        answer = self.wire.answer
        answer("cloudresourcemanager.projects.get", {"name": "projects/42", "projectId": PROJECT})
        answer("storage.projects.serviceAccount.get", {"email_address": AGENT})
        answer("storage.buckets.get", lambda asked, _: _there(self.buckets, asked["bucket"]))
        answer("storage.buckets.insert", self._insert)
        answer("storage.buckets.patch", lambda asked, body: _merge(self.buckets[asked["bucket"]], body))
        path = "cloudkms.projects.locations.keyRings"
        answer(f"{path}.get", lambda asked, _: _there(self.rings, asked["name"]))
        answer(f"{path}.create", self._ring)
        answer(f"{path}.cryptoKeys.get", lambda asked, _: _there(self.keys, asked["name"]))
        answer(f"{path}.cryptoKeys.create", self._key)
        answer(f"{path}.cryptoKeys.patch", self._patch_key)
        answer(f"{path}.cryptoKeys.getIamPolicy", lambda *_: self.policy)
        answer(f"{path}.cryptoKeys.setIamPolicy", self._set_policy)

    def run(self, names: BackendNames = _DEFAULT) -> list[SettingResult]:
        return list(reconcile(self.account(names)))

    def account(self, names: BackendNames = _DEFAULT) -> CloudStorage:
        return CloudStorage(SPEC, names, Session(Credentials("secret-token"), lambda: self.wire))

    def bucket(self, name: str, /, **more: Any) -> None:
        """One that is there."""
        self.buckets[name] = {"name": name, "projectNumber": "42", "location": "EUROPE-WEST1", **more}

    def _insert(self, asked: Asked, body: Any) -> Any:
        assert asked["project"] == PROJECT
        if body["name"] in self.buckets:
            return RefusedError(409, "conflict")
        granted = [member for one in self.policy.get("bindings", ()) for member in one["members"]]
        if f"serviceAccount:{AGENT}" not in granted:  # Cloud Storage tries the key before it makes the bucket
            return DENIED
        self.bucket(body["name"], **{**body, "location": body["location"].upper()})
        return self.buckets[body["name"]]

    def _ring(self, asked: Asked, _: Any) -> Any:
        name = f"{asked['parent']}/keyRings/{asked['keyRingId']}"
        self.rings[name] = {"name": name}
        return self.rings[name]

    def _key(self, asked: Asked, body: Any) -> Any:
        if asked["parent"] not in self.rings:
            return RefusedError(404, "notFound")
        name = f"{asked['parent']}/cryptoKeys/{asked['cryptoKeyId']}"
        self.keys[name] = {**body, "name": name, "primary": {"state": "ENABLED"}}
        return self.keys[name]

    def _patch_key(self, asked: Asked, body: Any) -> Any:
        assert sorted(asked["updateMask"].split(",")) == sorted(body)
        return _merge(self.keys[asked["name"]], body)

    def _set_policy(self, asked: Asked, body: Any) -> Any:
        if body["policy"].get("etag") != self.policy["etag"]:
            return RefusedError(409, "aborted")
        self.policy = {**body["policy"], "etag": f"{self.policy['etag']}1"}
        return self.policy


def _there(things: Mapping[str, Any], name: str) -> Any:
    return things.get(name, RefusedError(404, "notFound"))


def _merge(there: dict[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in body.items():
        if isinstance(value, dict):
            _merge(there.setdefault(name, {}), value)
        else:
            there[name] = value
    return there


@pytest.fixture
def project() -> Project:
    return Project()


def test_a_bucket_and_a_key_with_all_that_is_wanted(project: Project) -> None:
    assert {deed.outcome for deed in project.run()} == {"made"}
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


def test_a_second_run_changes_nothing(project: Project) -> None:
    project.run()
    project.wire.calls.clear()
    assert {deed.outcome for deed in project.run()} == {"as it should be"}
    assert project.wire.calls
    assert not [call for call in project.wire.calls if call.rpartition(".")[2] not in _READS]


def test_how_pulumi_names_it(project: Project) -> None:
    backend = project.account().backend
    assert (backend.url, backend.secrets) == (f"gs://{BUCKET}", f"gcpkms://{KEY}")


@pytest.mark.parametrize(
    ("there", "what"),
    [
        ({"versioning": {"enabled": False}}, "versioning"),
        ({"iamConfiguration": {"publicAccessPrevention": "inherited"}}, "public access prevented"),
        ({"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}}}, "uniform access, without ACLs"),
        ({"encryption": {"defaultKmsKeyName": "another"}}, "encrypted by that key"),
        ({"lifecycle": {"rule": []}}, "old versions kept for 90 days"),
    ],
)
def test_what_is_weaker_is_told_and_strengthened(project: Project, there: dict[str, Any], what: str) -> None:
    project.run()
    _merge(project.buckets[BUCKET], there)
    changed = [deed for deed in project.run() if deed.outcome != "as it should be"]
    assert [(deed.what, deed.outcome) for deed in changed] == [(what, "strengthened")]
    assert {deed.outcome for deed in project.run()} == {"as it should be"}


def test_a_key_rotates_at_least_so_often(project: Project) -> None:
    project.run()
    project.keys[KEY]["rotationPeriod"] = "86400s"
    assert {deed.outcome for deed in project.run()} == {"as it should be"}
    del project.keys[KEY]["rotationPeriod"]
    (changed,) = [deed for deed in project.run() if deed.outcome != "as it should be"]
    assert changed.was == "nothing"
    assert project.keys[KEY]["nextRotationTime"].endswith("Z")


def test_other_grants_stay(project: Project) -> None:
    project.policy["bindings"] = [{"role": "roles/owner", "members": ["user:mo@example.com"]}]
    project.run()
    assert project.policy["bindings"][0]["role"] == "roles/owner"
    assert len(project.policy["bindings"]) == 2


def test_a_bucket_of_another_project_is_refused(project: Project) -> None:
    project.bucket(BUCKET, projectNumber="99", labels={OWNER_TAG: "shop"})
    with pytest.raises(BackendError, match=f"the bucket {BUCKET} is somebody else's"):
        project.run()


def test_one_that_may_not_be_seen_is_refused(project: Project) -> None:
    project.wire.answer("storage.buckets.get", DENIED)
    with pytest.raises(BackendError, match=r"or the bucket \S+ is somebody else's"):
        project.run()


def test_one_that_nobody_marked_is_taken_over_only_if_it_is_named(project: Project) -> None:
    project.bucket(BUCKET, labels={"team": "shop"})
    with pytest.raises(BackendError, match=f"there already, without the label {OWNER_TAG}"):
        project.run()
    project.run(BackendNames(bucket=BUCKET))
    assert project.buckets[BUCKET]["labels"] == {"team": "shop", OWNER_TAG: "shop"}


def test_one_of_another_region_is_refused(project: Project) -> None:
    project.bucket(BUCKET, location="US", labels={OWNER_TAG: "shop"})
    with pytest.raises(BackendError, match="is in us, and the stack in europe-west1"):
        project.run()


def test_a_key_without_an_enabled_version_is_refused(project: Project) -> None:
    project.run()
    project.keys[KEY]["primary"]["state"] = "DESTROY_SCHEDULED"
    with pytest.raises(BackendError, match="does not encrypt"):
        project.run()


def test_an_api_that_is_not_enabled_is_named(project: Project) -> None:
    refused = RefusedError(403, "SERVICE_DISABLED", service="cloudkms.googleapis.com")
    project.wire.answer("cloudkms.projects.locations.keyRings.get", refused)
    with pytest.raises(BackendError, match=r"gcloud services enable cloudkms.googleapis.com --project acme-shop"):
        project.run()
