"""Questions asked of an account before a stack is brought up in it: all problems at once, each with its remedy.

A folder a cloud, and an SDK imported only where an account of it is really asked, so that all of this can be imported
without any extra.
"""

from anykube_cli.preflight.plan import Nat, Plan, PoolPlan
from anykube_cli.preflight.problem import Preflight, Problem, Severity

__all__ = ["Nat", "Plan", "PoolPlan", "Preflight", "Problem", "Severity"]
