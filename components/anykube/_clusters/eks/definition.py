"""The definition of AWS. Imports no SDK."""

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
from anykube._clusters.eks.facts import FACTS
from anykube._clusters.eks.resource_types import RESOURCE_TYPES
from anykube._clusters.eks.routing import INGRESS_PROFILE, LOAD_BALANCERS
from anykube._clusters.eks.secret_manager import SECRET_MANAGER
from anykube._clusters.eks.sections import AwsIdentity, EksNodePool
from anykube._clusters.eks.spec import BOUNDARY, EksClusterSpec

DEFINITION = CloudDefinition(
    name="aws",
    order=1,
    model=EksClusterSpec,
    component="anykube._clusters.eks.cluster:EksCluster",
    facts=FACTS,
    pool=EksNodePool,
    ingress={"standard": INGRESS_PROFILE, "managed": INGRESS_PROFILE},
    load_balancers=LOAD_BALANCERS,
    identity=AwsIdentity,
    patterns={
        r"^\d{12}$": "it must be the id of an AWS account: 12 digits, in quotes",
        r"^vpc-[0-9a-f]{8,17}$": "it must be the id of a VPC, such as vpc-0123456789abcdef0",
        BOUNDARY: "it must be the ARN of a policy, such as arn:aws:iam::123456789012:policy/NAME",
    },
    checks="anykube_policies.clusters.eks:CHECKS",
    secret_manager=SECRET_MANAGER,
    preflight=Preflight(
        "anykube_cli.preflight.aws.planning:plan",
        "anykube_cli.preflight.aws.check:check",
        "anykube_cli.preflight.aws.identity:explain",
    ),
    sweep="anykube_cli.sweep.aws:account_factory",
    state_backend=StateBackend(
        "s3",
        "anykube_cli.state_backends.aws.account:connect",
        "anykube_cli.state_backends.aws.files:files",
        "awskms",
        "anykube_cli.state_backends.aws.key:open_key",
    ),
    roles="anykube_cli.roles.aws.account:Roles",
    callers="anykube_cli.callers.aws",
    login="anykube_cli.ci.logins.aws:LOGIN",
    rehearsal=Rehearsal("anykube_cli.rehearsal.aws:CLOUD", extra="aws-rehearsal"),
    project=ProjectTemplates(
        "anykube._clusters.eks:templates/settings.yaml", login="anykube._clusters.eks:templates/login.yaml"
    ),
    resource_types=RESOURCE_TYPES,
    credentials=Credentials(
        variable_prefixes=("AWS_",),
        isolation_variables={
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        login_variables=(
            "AWS_ACCESS_KEY_ID",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_PROFILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ),
    ),
    sample=Sample(
        minimal="{cloud: aws, name: a, region: eu-west-1, zones: [eu-west-1a, eu-west-1b]}",
        variants={
            "machine type with another `arch`": ("{pools: {b: {count: 2, machine: {type: m7g.large, arch: amd64}}}}"),
            "machine type with `memory`": "{pools: {b: {count: 2, machine: {type: m7g.large, memory: 8Gi}}}}",
            "existing network with `nat`": (
                "{network: {nat: single}, eks: {vpc: {id: vpc-01234567, private_subnets: [x, y]}}}"
            ),
            "zone of another region": "{zones: [eu-west-1a, us-east-1a]}",
            "duplicate zone": "{zones: [eu-west-1a, eu-west-1a]}",
        },
    ),
    extra="aws",
)
