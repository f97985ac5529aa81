"""The definition of Google Cloud. Imports no SDK."""

import os

from anykube._clouds.definition import (
    CloudDefinition,
    Credentials,
    Preflight,
    ProjectTemplates,
    Rehearsal,
    Sample,
    StateBackend,
)
from anykube._clusters.gke.facts import FACTS
from anykube._clusters.gke.resource_types import RESOURCE_TYPES
from anykube._clusters.gke.routing import INGRESS_PROFILE, LOAD_BALANCERS
from anykube._clusters.gke.secret_manager import SECRET_MANAGER
from anykube._clusters.gke.sections import GcpIdentity, GkeNodePool
from anykube._clusters.gke.spec import GkeClusterSpec

DEFINITION = CloudDefinition(
    name="gcp",
    order=2,
    model=GkeClusterSpec,
    component="anykube._clusters.gke.cluster:GkeCluster",
    facts=FACTS,
    pool=GkeNodePool,
    ingress={"standard": INGRESS_PROFILE, "managed": INGRESS_PROFILE},
    load_balancers={"standard": LOAD_BALANCERS, "managed": LOAD_BALANCERS},
    identity=GcpIdentity,
    patterns={
        r"^gke-security-groups@\S+\.\S+$": "it must be gke-security-groups@YOUR-DOMAIN",
        r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$": "it must be a project ID: 6 to 30 lowercase letters, digits or hyphens",
        r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$": "it must be a role, such as roles/storage.objectViewer",
        r"^[^\s\"\\]+$": "it must be a resource name, such as projects/_/buckets/mail",
    },
    rules=("anykube._clusters.gke.rules:groups", "anykube._clusters.gke.rules:pools"),
    checks="anykube_policies.clusters.gke:CHECKS",
    secret_manager=SECRET_MANAGER,
    preflight=Preflight(
        "anykube_cli.preflight.gcp.planning:plan",
        "anykube_cli.preflight.gcp.check:check",
        "anykube_cli.preflight.gcp.identity:explain",
    ),
    sweep="anykube_cli.sweep.gcp:account_factory",
    state_backend=StateBackend(
        "gs",
        "anykube_cli.state_backends.gcp.account:connect",
        "anykube_cli.state_backends.gcp.files:files",
        "gcpkms",
        "anykube_cli.state_backends.gcp.key:open_key",
    ),
    roles="anykube_cli.roles.gcp.account:Roles",
    callers="anykube_cli.callers.gcp",
    login="anykube_cli.ci.logins.google:LOGIN",
    rehearsal=Rehearsal("anykube_cli.rehearsal.gcp:CLOUD", extra="gcp-rehearsal"),
    project=ProjectTemplates(
        "anykube._clusters.gke:templates/settings.yaml", login="anykube._clusters.gke:templates/login.yaml"
    ),
    resource_types=RESOURCE_TYPES,
    credentials=Credentials(
        variable_prefixes=("GOOGLE_", "GCLOUD_", "CLOUDSDK_"),
        # Otherwise Google's libraries read the home folder and query the metadata server.
        isolation_variables={
            "CLOUDSDK_CONFIG": os.devnull,
            "GOOGLE_APPLICATION_CREDENTIALS": os.devnull,
            "NO_GCE_CHECK": "true",
        },
        login_variables=("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"),
    ),
    sample=Sample(
        minimal=(
            "{cloud: gcp, name: a, region: europe-west1, zones: [europe-west1-b, europe-west1-c],"
            " gke: {project: my-project}}"
        ),
        variants={
            "machine type with another `arch`": ("{pools: {b: {count: 2, machine: {type: e2-medium, arch: arm64}}}}"),
            "machine type with `memory`": "{pools: {b: {count: 2, machine: {type: e2-medium, memory: 4Gi}}}}",
            "existing network with `nat`": (
                "{network: {nat: none}, gke: {network: {network: n, subnetwork: s, pods: p, services: v}}}"
            ),
            "group without `gke.security_group`": '{access: {viewers: ["group:a@example.com"]}}',
            "zone of another region": "{zones: [europe-west1-b, us-east1-b]}",
            "duplicate zone": "{zones: [europe-west1-b, europe-west1-b]}",
        },
    ),
    extra="gcp",
)
