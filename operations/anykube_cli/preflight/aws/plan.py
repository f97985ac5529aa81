"""What AWS alone can have something against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from anykube_cli.preflight.plan import Plan


@dataclass(frozen=True)
class AwsPlan(Plan):
    """An EKS stack before it is made, or made over."""

    STACK_TAG: ClassVar = "anykube:stack"
    CLUSTER_TAG: ClassVar = "anykube:cluster"

    roles: Sequence[str] = ()
    """Names of IAM roles that are to be made, where they are fixed ones."""
