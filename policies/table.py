"""All rules, in the order in which they are reported."""

from policies import exposure, pods, rbac, wiring
from policies.rule import ResourceRule, StackRule

RULES: tuple[ResourceRule | StackRule, ...] = (*pods.RULES, *rbac.RULES, *exposure.RULES, *wiring.RULES)
