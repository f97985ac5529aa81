"""Who has which permissions in a cluster, merged by principal. The same for every cloud and for whoever deploys."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from anykube._clusters.managed import Access

Role = Literal["deployer", "admin", "reviewer", "previewer", "viewer"]

ROLES: Sequence[Role] = ("deployer", "admin", "reviewer", "previewer", "viewer")
"""From the strongest to the weakest. `access` has a list for each, with the plural as its name."""


@dataclass(frozen=True)
class Grant:
    """A principal with its strongest role."""

    principal: str
    role: Role


def grants(access: Access, key: Callable[[str], Hashable] = str) -> Iterator[Grant]:
    """One grant for each principal. Principals with the same key are the same.

    Clouds refuse a second grant for a principal: EKS a second access entry, Azure a second assignment of a role.
    """
    seen = set[Hashable]()
    for role in ROLES:
        for principal in principals(access, role):
            if key(principal) not in seen:
                seen.add(key(principal))
                yield Grant(principal, role)


def principals(access: Access, role: Role) -> Sequence[str]:
    """The list of a role."""
    listed: Sequence[str] = getattr(access, f"{role}s")
    return listed


def all_principals(access: Access) -> Sequence[str]:
    """The principals of all lists, each once."""
    return [grant.principal for grant in grants(access)]


def names_deployers(access: Access) -> bool:
    """Whether the settings say who deploys. Otherwise, the cluster keeps a grant for the principal that created it."""
    return bool(access.deployers)


def resource_name(grant: Grant, suffix: str) -> str:
    """The part of a resource's name for a grant; `suffix` stands for the principal."""
    return f"{grant.role}-{suffix}"


def former_names(grant: Grant, suffix: str) -> Iterator[str]:
    """Names that the resource had if the principal had another role: aliases, so that no second grant is created."""
    return (f"{role}-{suffix}" for role in ROLES if role != grant.role)


CREATOR = "deployer"
"""The part of a resource's name for the grant of the principal that created the cluster."""
