"""The identities of a CI pipeline on Google Cloud, in a fake project validated by Google's discovery documents.

The fake project behaves as IAM, Cloud Storage and Cloud KMS are documented. It was never compared with a real project.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from anykube._clusters.gke.sections import GcpIdentity
from anykube._workloads.identity import CloudIdentity
from anykube_cli.preflight.gcp.clients import Session
from anykube_cli.roles.forges import FORGES, Pipeline
from anykube_cli.roles.gcp.account import Roles
from anykube_cli.roles.gcp.grants import ROLES
from anykube_cli.roles.pipeline_roles import StackJobs
from anykube_cli.state_backends.backend import Backend, BackendError, SettingResult, reconcile
from google.oauth2.credentials import Credentials

from tests.operations.backends.gcp.test_account import KEY, PROJECT, SPEC
from tests.operations.preflight.gcp.wire import Parameters, RefusedError, Wire

PREFIX, REPOSITORY, SECRET = "repo:acme@1234/shop@5678", "acme/shop", f"projects/{PROJECT}/secrets/db"
BUCKET = "acme-state"
_EMAIL = f"anykube-{{}}@{PROJECT}.iam.gserviceaccount.com"
DEPLOY, REVIEW, PREVIEW = (_EMAIL.format(name) for name in ("deploy-gcp-prod", "review-gcp-prod", "preview"))
_POOL = "iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/anykube"
_DONE = {"name": "operations/1", "done": True}


class Project:
    """Stores what is created. Refuses calls of APIs that are not enabled."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.enabled: set[str] = {"serviceusage.googleapis.com", "storage.googleapis.com", "cloudkms.googleapis.com"}
        self.resources: dict[str, dict[str, Any]] = {}
        self.policies: dict[str, dict[str, Any]] = {}
        self._on("serviceusage.services.get", self._service)
        self._on("serviceusage.services.enable", self._enable)
        self._on("cloudresourcemanager.projects.get", lambda *_: {"name": "projects/42", "projectId": PROJECT})
        pools = "iam.projects.locations.workloadIdentityPools"
        for path, identifier, kind in (
            (pools, "workloadIdentityPoolId", "workloadIdentityPools"),
            (f"{pools}.providers", "workloadIdentityPoolProviderId", "providers"),
        ):
            self._on(f"{path}.get", lambda parameters, _: self._get(parameters["name"]))
            self._on(f"{path}.create", self._creator(identifier, kind))
            self._on(f"{path}.patch", self._patch)
        self._on("iam.projects.roles.get", lambda parameters, _: self._get(parameters["name"]))
        self._on("iam.projects.roles.create", self._create_role)
        self._on("iam.projects.roles.patch", self._patch_role)
        self._on("iam.projects.serviceAccounts.get", lambda parameters, _: self._get(parameters["name"]))
        self._on("iam.projects.serviceAccounts.create", self._create_account)
        for method in (
            "cloudresourcemanager.projects",
            "iam.projects.serviceAccounts",
            "cloudkms.projects.locations.keyRings.cryptoKeys",
            "secretmanager.projects.secrets",
            "storage.buckets",
        ):
            self._on(f"{method}.getIamPolicy", self._policy)
            self._on(f"{method}.setIamPolicy", self._set_policy)

    def run(self, **arguments: Any) -> list[SettingResult]:
        return list(reconcile(self.roles(**arguments)))

    def roles(
        self,
        stack: str = "gcp-prod",
        prefixes: Sequence[str] = (PREFIX,),
        forge: str = "github",
        repository: str = REPOSITORY,
    ) -> Roles:
        identity = CloudIdentity(gcp=GcpIdentity(roles=("roles/pubsub.publisher",)))
        pipeline = Pipeline(repository, FORGES[forge], prefixes)
        jobs = StackJobs(stack, {"db": SECRET, "aws": "arn:aws:secretsmanager:x"}, pipeline, [identity])
        backend = Backend(f"gs://{BUCKET}", f"gcpkms://{KEY}")
        return Roles(SPEC, backend, jobs, Session(Credentials("secret-token"), lambda: self.wire))

    def bindings(self, resource: str, email: str) -> Mapping[str, Sequence[str]]:
        """The roles of a service account on a resource, with their conditions."""
        bindings = self.policies.get(resource, {}).get("bindings", ())
        roles: dict[str, list[str]] = {}
        for each in bindings:
            if f"serviceAccount:{email}" in each["members"]:
                roles.setdefault(each["role"], []).append(each.get("condition", {}).get("expression", ""))
        return roles

    def _on(self, method: str, response: Callable[[Parameters, Any], Any]) -> None:
        api = f"{method.partition('.')[0]}.googleapis.com"

        def respond(parameters: Parameters, body: Any) -> Any:
            if api not in self.enabled:
                return RefusedError(403, "SERVICE_DISABLED", service=api)
            return response(parameters, body)

        self.wire.respond(method, respond)

    def _service(self, parameters: Parameters, _: Any) -> Any:
        api = parameters["name"].rpartition("/")[2]
        return {"name": parameters["name"], "state": "ENABLED" if api in self.enabled else "DISABLED"}

    def _enable(self, parameters: Parameters, _: Any) -> Any:
        self.enabled.add(parameters["name"].rpartition("/")[2])
        return _DONE

    def _get(self, name: str) -> Any:
        return self.resources.get(name, RefusedError(404, "notFound"))

    def _creator(self, identifier: str, kind: str) -> Callable[[Parameters, Any], Any]:
        def create(parameters: Parameters, body: Any) -> Any:
            name = f"{parameters['parent']}/{kind}/{parameters[identifier]}"
            assert 4 <= len(parameters[identifier]) <= 32
            self.resources[name] = {**body, "name": name, "state": "ACTIVE"}
            return _DONE

        return create

    def _patch(self, parameters: Parameters, body: Any) -> Any:
        assert sorted(parameters["updateMask"].split(",")) == sorted(body)
        self.resources[parameters["name"]].update(body)
        return _DONE

    def _create_role(self, parameters: Parameters, body: Any) -> Any:
        name = f"{parameters['parent']}/roles/{body['roleId']}"
        self.resources[name] = {**body["role"], "name": name}
        return self.resources[name]

    def _patch_role(self, parameters: Parameters, body: Any) -> Any:
        self.resources[parameters["name"]].update(body)
        return self.resources[parameters["name"]]

    def _create_account(self, parameters: Parameters, body: Any) -> Any:
        assert 6 <= len(body["accountId"]) <= 30
        email = f"{body['accountId']}@{PROJECT}.iam.gserviceaccount.com"
        name = f"{parameters['name']}/serviceAccounts/{email}"
        self.resources[name] = {**body["serviceAccount"], "email": email, "name": name}
        return self.resources[name]

    def _policy(self, parameters: Parameters, _: Any) -> Any:
        resource = parameters.get("resource") or parameters["bucket"]
        return self.policies.setdefault(resource, {"etag": "1"})

    def _set_policy(self, parameters: Parameters, body: Any) -> Any:
        resource = parameters.get("resource") or parameters["bucket"]
        policy = body.get("policy", body)
        if policy.get("etag") != self.policies[resource]["etag"]:
            return RefusedError(409, "aborted")
        for each in policy["bindings"]:
            # https://cloud.google.com/iam/docs/conditions-overview: at most 12 logical operators
            assert each.get("condition", {}).get("expression", "").count("||") <= 12
        self.policies[resource] = {**policy, "etag": f"{policy['etag']}1"}
        return self.policies[resource]


@pytest.fixture
def project() -> Project:
    return Project()


def test_second_run_changes_nothing(project: Project) -> None:
    assert "created" in {result.outcome for result in project.run()}
    assert {result.outcome for result in project.run()} == {"unchanged"}


def test_enables_the_apis_first(project: Project) -> None:
    """G5: cloudresourcemanager.googleapis.com is off in a new project."""
    project.run()
    assert {
        f"{name}.googleapis.com" for name in ("cloudresourcemanager", "iamcredentials", "sts", "secretmanager")
    } <= (project.enabled)


def test_trusts_only_the_jobs_of_each_identity(project: Project) -> None:
    project.run()
    for email, subjects in (
        (DEPLOY, [f"{PREFIX}:environment:gcp-prod"]),
        (REVIEW, [f"{PREFIX}:environment:review"]),
        (PREVIEW, [f"{PREFIX}:pull_request", f"{PREFIX}:ref:refs/heads/main"]),
    ):
        [binding] = project.policies[f"projects/{PROJECT}/serviceAccounts/{email}"]["bindings"]
        assert binding["role"] == "roles/iam.workloadIdentityUser"
        assert binding["members"] == [f"principal://{_POOL}/subject/{subject}" for subject in subjects]
    [provider] = [each for name, each in project.resources.items() if "/providers/" in name]
    assert provider["attributeCondition"] == f"assertion.sub.startsWith('{PREFIX}:')"


def test_previews_on_gitlab_come_from_any_branch(project: Project) -> None:
    project.run(forge="gitlab", prefixes=["project_path:acme/shop"])
    [binding] = project.policies[f"projects/{PROJECT}/serviceAccounts/{PREVIEW}"]["bindings"]
    assert binding["members"] == [f"principalSet://{_POOL}/attribute.repository/acme/shop"]
    [binding] = project.policies[f"projects/{PROJECT}/serviceAccounts/{DEPLOY}"]["bindings"]
    assert binding["members"] == [f"principal://{_POOL}/subject/project_path:acme/shop:ref_type:branch:ref:main"]


def test_identities_are_bound_to_the_stack(project: Project) -> None:
    project.run()
    cluster = f"resource.name.startsWith('projects/{PROJECT}/locations/europe-west1/clusters/shop')"
    in_project = project.bindings(f"projects/{PROJECT}", DEPLOY)
    assert in_project["roles/container.admin"] == [cluster]
    assert in_project[f"projects/{PROJECT}/roles/anykube_grants"] == [
        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/artifactregistry.reader', "
        "'roles/container.defaultNodeServiceAccount', 'roles/pubsub.publisher'])"
    ]
    assert "keyRings/shop-secrets-" in in_project[f"projects/{PROJECT}/roles/anykube_keys"][0]
    [objects] = project.bindings(BUCKET, DEPLOY)["roles/storage.objectUser"]
    assert f"projects/_/buckets/{BUCKET}/objects/.pulumi/stacks/anykube/gcp-prod." in objects
    assert "roles/storage.objectUser" not in project.bindings(BUCKET, PREVIEW)
    assert project.bindings(KEY, PREVIEW) == {"roles/cloudkms.cryptoKeyDecrypter": [""]}
    for email in (PREVIEW, REVIEW, DEPLOY):
        assert project.bindings(SECRET, email) == {"roles/secretmanager.secretAccessor": [""]}


def test_wider_conditions_are_replaced_and_other_bindings_kept(project: Project) -> None:
    resource = f"projects/{PROJECT}"
    owner = {"role": "roles/owner", "members": ["user:mo@example.com"]}
    wide = {"role": "roles/container.admin", "members": [f"serviceAccount:{DEPLOY}"]}
    project.policies[resource] = {"etag": "1", "bindings": [owner, wide]}
    project.run()
    bindings = project.policies[resource]["bindings"]
    assert owner in bindings
    assert wide not in bindings


def test_stacks_share_the_preview_account(project: Project) -> None:
    project.run()
    project.run(stack="gcp-dev")
    objects = project.bindings(BUCKET, PREVIEW)["roles/storage.objectViewer"]
    assert [sum(f"/{stack}." in each for each in objects) for stack in ("gcp-prod", "gcp-dev")] == [1, 1]
    assert {result.outcome for result in project.run()} == {"unchanged"}


def test_removes_added_permissions(project: Project) -> None:
    project.run()
    role = project.resources[f"projects/{PROJECT}/roles/anykube_preview"]
    role["includedPermissions"] = [*role["includedPermissions"], "compute.networks.delete"]
    assert [result.subject for result in project.run() if result.outcome == "updated"] == ["role anykube_preview"]
    assert role["includedPermissions"] == ROLES["preview"]["permissions"]


def test_rejects_an_account_of_another_repository(project: Project) -> None:
    project.run(repository="other/shop", prefixes=["repo:other/shop"])
    with pytest.raises(BackendError, match="already exists and is not that of acme/shop"):
        project.run()


def test_rejects_a_subject_that_google_cloud_would_refuse(project: Project) -> None:
    with pytest.raises(BackendError, match="Google Cloud allows 127"):
        project.run(stack="s" * 100)
    assert project.resources == {}


def test_a_disabled_api_is_not_a_missing_permission(project: Project) -> None:
    project.enabled.clear()
    with pytest.raises(BackendError, match=r"serviceusage.googleapis.com is not enabled in the project. Enable it"):
        project.run()


def test_variables_of_the_forge(project: Project) -> None:
    roles = project.roles()
    list(reconcile(roles))
    assert list(roles.variables()) == [
        ("GOOGLE_PROVIDER", f"{_POOL.removeprefix('iam.googleapis.com/')}/providers/acme-shop", ""),
        ("GOOGLE_PREVIEW_ACCOUNT", PREVIEW, ""),
        ("GOOGLE_ACCOUNT", REVIEW, "review"),
        ("GOOGLE_ACCOUNT", DEPLOY, "gcp-prod"),
    ]
