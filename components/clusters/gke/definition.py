"""GKE: everything that is Google Cloud's, in one object. No SDK is needed to know it."""

import os

from components.clouds.definition import (
    CloudDefinition,
    Credentials,
    Preflight,
    Rehearsal,
    Sample,
    StateBackend,
)
from components.clusters.gke.facts import FACTS
from components.clusters.gke.resource_types import RESOURCE_TYPES
from components.clusters.gke.routing import LOAD_BALANCERS, ROUTING
from components.clusters.gke.secret_manager import SECRET_MANAGER
from components.clusters.gke.sections import GcpIdentity, GkeNodePool
from components.clusters.gke.spec import GkeClusterSpec

DEFINITION = CloudDefinition(
    name="gcp",
    order=2,
    model=GkeClusterSpec,
    component="components.clusters.gke.cluster:GkeCluster",
    facts=FACTS,
    pool=GkeNodePool,
    ingress={"standard": ROUTING, "managed": ROUTING},
    load_balancers={"standard": LOAD_BALANCERS, "managed": LOAD_BALANCERS},
    identity=GcpIdentity,
    patterns={
        r"^gke-security-groups@\S+\.\S+$": "it must be gke-security-groups@ and your domain",
        r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$": "it must be a project's id: 6 to 30 lower-case letters, digits or '-'",
        r"^(projects/\S+/|organizations/\S+/)?roles/[\w.]+$": "it must be a role, such as roles/storage.objectViewer",
        r"^[^\s\"\\]+$": "it must be the name of a resource, such as projects/_/buckets/mail",
    },
    rules=("stacks.settings.rules.gke:groups", "stacks.settings.rules.gke:pools"),
    checks="policies.clusters.gke:CHECKS",
    secret_manager=SECRET_MANAGER,
    preflight=Preflight("operations.preflight.gcp.planning:plan", "operations.preflight.gcp.check:check"),
    sweep="operations.sweep.gcp:entrance",
    state_backend=StateBackend("gs", "operations.backends.gcp.account:enter", "operations.backends.gcp.files:files"),
    login="operations.ci.logins.google:LOGIN",
    rehearsal=Rehearsal("operations.rehearsal.gcp:CLOUD", extra="gcp-rehearsal"),
    resource_types=RESOURCE_TYPES,
    credentials=Credentials(
        prefixes=("GOOGLE_", "GCLOUD_", "CLOUDSDK_"),
        # Without these Google's libraries look into the home folder, and ask a machine of Google's own.
        nowhere={
            "CLOUDSDK_CONFIG": os.devnull,
            "GOOGLE_APPLICATION_CREDENTIALS": os.devnull,
            "NO_GCE_CHECK": "true",
        },
        logged_in=("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"),
    ),
    sample=Sample(
        least=(
            "{cloud: gcp, name: a, region: europe-west1, zones: [europe-west1-b, europe-west1-c],"
            " gke: {project: my-project}}"
        ),
        variants={
            "a machine by name, and another processor": (
                "{pools: {b: {count: 2, machine: {type: e2-medium, arch: arm64}}}}"
            ),
            "a machine by name, and its memory": "{pools: {b: {count: 2, machine: {type: e2-medium, memory: 4Gi}}}}",
            "a network that is there, and `nat`": (
                "{network: {nat: none}, gke: {network: {network: n, subnetwork: s, pods: p, services: v}}}"
            ),
            "a group, and no `gke.security_group`": '{access: {viewers: ["group:a@example.com"]}}',
            "a zone of another region": "{zones: [europe-west1-b, us-east1-b]}",
            "a zone twice": "{zones: [europe-west1-b, europe-west1-b]}",
        },
    ),
    extra="gcp",
)
