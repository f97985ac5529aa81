"""All rules, in the order in which they are reported."""

from anykube_policies import exposure, pods, rbac, wiring
from anykube_policies.clusters import rules as clusters
from anykube_policies.rule import ResourceRule, StackRule

RULES: tuple[ResourceRule | StackRule, ...] = (
    *pods.RULES,
    *rbac.RULES,
    *exposure.RULES,
    *wiring.RULES,
    *clusters.RULES,
)
