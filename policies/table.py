"""All rules, in the order in which they are reported."""

from policies import exposure, pods, rbac, wiring
from policies.clusters import rules as clusters
from policies.rule import ResourceRule, StackRule

RULES: tuple[ResourceRule | StackRule, ...] = (
    *pods.RULES,
    *rbac.RULES,
    *exposure.RULES,
    *wiring.RULES,
    *clusters.RULES,
)
