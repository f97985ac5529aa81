"""Questions asked of an account before a stack is brought up in it: all problems at once, each with its remedy.

`check` and `render` stand in `operations.preflight.aws` and `.report`. boto3 is imported only where an account is
really asked, so that this package can be imported without the extra `aws`.
"""

from operations.preflight.plan import Nat, Plan, PoolPlan
from operations.preflight.problem import Preflight, Problem, Severity

__all__ = ["Nat", "Plan", "PoolPlan", "Preflight", "Problem", "Severity"]
