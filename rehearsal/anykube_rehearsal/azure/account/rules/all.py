"""All rules. Importing a module registers its rules."""

from anykube_rehearsal.azure.account.rules import (
    automatic,
    cluster_network,
    clusters,
    general,
    identities,
    logs,
    maintenance,
    models,
    network,
    pools,
    roles,
    vaults,
)
from anykube_rehearsal.azure.account.rules.rule import RULES as RULES

MODULES = (
    general,
    network,
    identities,
    roles,
    clusters,
    cluster_network,
    automatic,
    pools,
    maintenance,
    models,
    logs,
    vaults,
)
