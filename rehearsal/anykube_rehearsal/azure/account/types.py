"""The resource types of the simulated subscription."""

from collections.abc import Mapping, Sequence

from anykube_rehearsal.azure.account import clusters, effects
from anykube_rehearsal.azure.account.names import ARM_TYPES, identifier
from anykube_rehearsal.azure.account.outputs import outputs
from anykube_rehearsal.azure.plugin.facts import CLUSTER, CREDENTIAL, GROUP, IDENTITY, NETWORK, POOL, SUBNET, VAULT
from anykube_rehearsal.cloud.account.model import Behavior, ResourceType

TOKENS: Sequence[str] = tuple(ARM_TYPES)

_BEHAVIORS: Mapping[str, Behavior] = {
    GROUP: effects.Group(),
    NETWORK: effects.Parent(SUBNET),
    VAULT: effects.Vault(),
    IDENTITY: effects.Identity(),
    CREDENTIAL: effects.Credential(),
    CLUSTER: clusters.Cluster(),
    POOL: clusters.AgentPool(),
}

TYPES: Sequence[ResourceType] = [
    ResourceType(
        token=token,
        noun=token.rpartition(":")[2],
        identify=identifier(token),
        outputs=outputs,
        behavior=_BEHAVIORS.get(token, Behavior()),
    )
    for token in TOKENS
]
