"""Checks a cloud account before a stack is deployed to it. Reports all problems at once, each with a remedy.

Each cloud has a package. Its SDK is imported only when an account of that cloud is checked, so this package can be
imported without any extra.
"""

from anykube_cli.preflight.plan import Nat, Plan, PoolPlan
from anykube_cli.preflight.problem import PreflightResult, Problem, Severity

__all__ = ["Nat", "Plan", "PoolPlan", "PreflightResult", "Problem", "Severity"]
