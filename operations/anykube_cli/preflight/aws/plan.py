"""What only a stack on AWS needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from anykube_cli.preflight.plan import Plan


@dataclass(frozen=True)
class AwsPlan(Plan):
    """An EKS stack, before it is created or updated."""

    STACK_TAG: ClassVar = "anykube:stack"
    CLUSTER_TAG: ClassVar = "anykube:cluster"

    roles: Sequence[str] = ()
    """Names of the IAM roles that the stack creates under fixed names."""
