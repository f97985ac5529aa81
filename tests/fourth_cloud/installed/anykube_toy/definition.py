"""The definition of Toy."""

from anykube.cloud import (
    CloudDefinition,
    Credentials,
    IngressProfile,
    LoadBalancers,
    Preflight,
    ProjectTemplates,
    Rehearsal,
    ResourceTypes,
    Sample,
)

from anykube_toy.facts import FACTS
from anykube_toy.settings import ACCOUNT, TkeClusterSpec, TkeNodePool, ToyIdentity

_INGRESS = IngressProfile(ingress_class="toy", annotations={"toy.example/public": "true"})
_LOAD_BALANCERS = LoadBalancers(
    internal={"toy.example/balancer": "internal"}, public={"toy.example/balancer": "public"}
)

DEFINITION = CloudDefinition(
    name="toy",
    model=TkeClusterSpec,
    component="anykube_toy.cluster:ToyCluster",
    facts=FACTS,
    pool=TkeNodePool,
    ingress={"standard": _INGRESS, "managed": _INGRESS},
    load_balancers={"standard": _LOAD_BALANCERS, "managed": _LOAD_BALANCERS},
    identity=ToyIdentity,
    patterns={ACCOUNT: "it must be an account ID, such as acct-1234"},
    rules=("anykube_toy.rules:accounts",),
    checks="anykube_toy.checks:CHECKS",
    preflight=Preflight("anykube_toy.preflight:plan", "anykube_toy.preflight:check"),
    sweep="anykube_toy.sweep:account_factory",
    login="anykube_toy.login:LOGIN",
    rehearsal=Rehearsal("anykube_toy.rehearsal.cloud:CLOUD", extra="rehearsal"),
    project=ProjectTemplates("anykube_toy:templates/settings.yaml", login="anykube_toy:templates/login.yaml"),
    resource_types=ResourceTypes(
        guarded={"cluster": ("toy:index/cluster:Cluster",), "pool": ("toy:index/nodePool:NodePool",)}
    ),
    credentials=Credentials(variable_prefixes=("TOY_",), login_variables=("TOY_TOKEN_FILE",)),
    sample=Sample(
        minimal="{cloud: toy, name: a, region: toy-1, zones: [toy-1a, toy-1b], tke: {account: acct-1234}}",
        variants={"duplicate zone": "{zones: [toy-1a, toy-1a]}"},
    ),
)
