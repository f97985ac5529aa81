"""Rules for pods and the workloads that create them."""

from anykube_policies.pods import (
    availability,
    health,
    identity,
    images,
    isolation,
    jobs,
    privileges,
    resources,
    secrets,
)
from anykube_policies.rule import ResourceRule, StackRule

RULES: tuple[ResourceRule | StackRule, ...] = (
    *privileges.RULES,
    *isolation.RULES,
    *identity.RULES,
    *secrets.RULES,
    *images.RULES,
    *resources.RULES,
    *health.RULES,
    *availability.RULES,
    *jobs.RULES,
)
