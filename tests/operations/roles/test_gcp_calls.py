"""The identities on Google Cloud, measured against what a deployment really calls."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from anykube._clusters.gke.args import GkeClusterArgs
from anykube._clusters.gke.cluster import GkeCluster
from anykube._clusters.gke.sections import GcpIdentity
from anykube._workloads.identity import CloudIdentity
from anykube_cli.roles.gcp.grants import Grant, grants, review_names, state_names
from anykube_rehearsal.gcp.account.permissions import permissions

from tests.operations.roles.deployment import Deployment
from tests.rehearsal.gcp.conftest import PROJECT, Project
from tests.rehearsal.gcp.conftest import project as project

REGION, CLUSTER = "europe-west1", "shop"
_ZONES = [f"{REGION}-{zone}" for zone in "bcd"]
_COMMON = {"cloud": "gcp", "name": CLUSTER, "region": REGION, "zones": _ZONES, "protect": False}
SPEC = GkeClusterArgs.model_validate({**_COMMON, "mode": "managed", "gke": {"project": PROJECT}})
GRANTS = grants(SPEC, ["roles/pubsub.publisher"])
_VARIANTS: Mapping[str, Mapping[str, object]] = {
    "standard": {"pools": {"servers": {"min": 1, "max": 3, "machine": {"type": "e2-standard-4"}}}},
    "managed": {"mode": "managed"},
}
_CONTAINER_ADMIN = "container.clusters."
"""What roles/container.admin has among the permissions of a deployment."""

Calls = Sequence[tuple[str, str]]


@pytest.fixture(params=_VARIANTS)
def recorded(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Mapping[str, Calls]:
    """The permissions that bring a cluster up, read it and destroy it."""
    spec = GkeClusterArgs.model_validate({**_COMMON, "gke": {"project": PROJECT}, **_VARIANTS[request.param]})
    deployment, calls = Deployment(project.engine, "gcp:"), dict[str, Calls]()

    def create() -> None:
        cluster = GkeCluster(CLUSTER, spec)
        cluster.grant("shop", "web", CloudIdentity(gcp=GcpIdentity(roles=("roles/pubsub.publisher",))))

    steps: Mapping[str, Callable[[], None]] = {
        "up": lambda: deployment.up(create),
        "read": deployment.refresh,
        "destroy": deployment.destroy,
    }
    for name, step in steps.items():
        project.account.calls.clear()
        step()
        calls[name] = [each for call in project.account.calls for each in permissions(*call)]
    return calls


def _allows(purpose: str, permission: str, resource: str) -> bool:
    return any(_grant_allows(each, permission, resource) for each in GRANTS[purpose])


def _grant_allows(grant: Grant, permission: str, resource: str) -> bool:
    if grant.role == "roles/container.admin":
        return permission.startswith(_CONTAINER_ADMIN) and any(resource.startswith(name) for name in grant.names)
    return grant.allows(permission, resource)


def test_deploy_identity_may_do_what_a_deployment_does(recorded: Mapping[str, Calls]) -> None:
    calls = [each for name in ("up", "read", "destroy") for each in recorded[name]]
    needed = {permission for permission, _ in calls}
    assert {"compute.networks.create", "container.clusters.create", "cloudkms.cryptoKeys.setIamPolicy"} <= needed
    assert {"serviceusage.services.enable", "resourcemanager.projects.setIamPolicy"} <= needed
    assert [each for each in calls if not _allows("deploy", *each)] == []


def test_preview_identity_may_read_everything_and_change_nothing(recorded: Mapping[str, Calls]) -> None:
    for permission, resource in (*recorded["up"], *recorded["read"], *recorded["destroy"]):
        is_read = permission.endswith((".get", ".list", ".getIamPolicy"))
        assert _allows("preview", permission, resource) is is_read, permission


_LOCATION = f"projects/{PROJECT}/locations/{REGION}"
_OTHER = f"{_LOCATION}/clusters/other"
_KEY = f"{_LOCATION}/keyRings/payroll/cryptoKeys/main"

REFUSED: Mapping[str, tuple[str, str]] = {
    "delete another cluster": ("container.clusters.delete", _OTHER),
    "change another cluster": ("container.clusters.update", _OTHER),
    "delete another cluster in another region": (
        "container.clusters.delete",
        f"projects/{PROJECT}/locations/us-east1/clusters/{CLUSTER}",
    ),
    "destroy a version of another key": ("cloudkms.cryptoKeyVersions.destroy", f"{_KEY}/cryptoKeyVersions/1"),
    "open another key": ("cloudkms.cryptoKeys.setIamPolicy", _KEY),
    "change another key": ("cloudkms.cryptoKeys.update", _KEY),
    "decrypt with another key": ("cloudkms.cryptoKeyVersions.useToDecrypt", _KEY),
    "open a key ring": ("cloudkms.keyRings.setIamPolicy", f"{_LOCATION}/keyRings/payroll"),
    "create a key in another ring": ("cloudkms.cryptoKeys.create", f"{_LOCATION}/keyRings/payroll"),
    "read any secret": ("secretmanager.versions.access", f"projects/{PROJECT}/secrets/payroll/versions/1"),
    "delete a secret": ("secretmanager.secrets.delete", f"projects/{PROJECT}/secrets/db"),
    "read any bucket": ("storage.objects.get", "projects/_/buckets/payroll/objects/1.csv"),
    "delete a bucket": ("storage.buckets.delete", "projects/_/buckets/acme-state"),
    "create the key of a service account": ("iam.serviceAccountKeys.create", f"projects/{PROJECT}/serviceAccounts/x"),
    "impersonate a service account": ("iam.serviceAccounts.getAccessToken", f"projects/{PROJECT}/serviceAccounts/x"),
    "open a service account": ("iam.serviceAccounts.setIamPolicy", f"projects/{PROJECT}/serviceAccounts/x"),
    "widen a custom role": ("iam.roles.update", f"projects/{PROJECT}/roles/anykube_deploy"),
    "trust another issuer": ("iam.workloadIdentityPoolProviders.update", f"projects/{PROJECT}/locations/global"),
    "delete the project": ("resourcemanager.projects.delete", f"projects/{PROJECT}"),
    "delete a machine": ("compute.instances.delete", f"projects/{PROJECT}/zones/{REGION}-b/instances/x"),
    "delete a disk": ("compute.disks.delete", f"projects/{PROJECT}/zones/{REGION}-b/disks/x"),
    "disable an API": ("serviceusage.services.disable", f"projects/{PROJECT}/services/x"),
    "delete a database": ("cloudsql.instances.delete", f"projects/{PROJECT}/instances/x"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_identities_refuse(name: str) -> None:
    for purpose in GRANTS:
        assert not _allows(purpose, *REFUSED[name])


def test_a_deployment_gives_only_the_roles_of_the_settings() -> None:
    [grant] = [each for each in GRANTS["deploy"] if each.role == "grants"]
    assert list(grant.may_grant) == [
        "roles/artifactregistry.reader",
        "roles/container.defaultNodeServiceAccount",
        "roles/pubsub.publisher",
    ]
    assert grant.condition is not None
    assert "hasOnly" in grant.condition["expression"]


def test_state_of_another_stack_is_out_of_reach() -> None:
    stack_files = state_names("acme-state", "anykube", "gcp-dev")
    reviews = review_names("acme-state", "anykube", "gcp-dev")
    objects = "projects/_/buckets/acme-state/objects/.pulumi"
    for path, names in (
        ("stacks/anykube/gcp-dev.json", stack_files),
        ("locks/anykube/gcp-dev/1.json", stack_files),
        ("stacks/anykube/gcp-dev-pr-7.json", reviews),
        ("stacks/anykube/gcp-dev-two.json", ()),
        ("stacks/anykube/gcp-prod.json", ()),
    ):
        for prefixes in (stack_files, reviews):
            assert any(f"{objects}/{path}".startswith(prefix) for prefix in prefixes) is (prefixes is names), path
