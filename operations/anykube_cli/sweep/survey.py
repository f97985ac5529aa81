"""What a sweep would remove, what it leaves alone, and what outlives the cluster on purpose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from anykube_cli.sweep.sweep import Account, Kept, Leftover, Unproven


@dataclass(frozen=True)
class Survey:
    """The resources of an account that concern one cluster."""

    cluster_exists: bool
    leftovers: Sequence[Leftover]
    unproven: Sequence[Unproven]
    kept: Sequence[Kept]

    def sentences(self, stack: str) -> Iterator[str]:
        """The survey for a terminal."""
        if self.cluster_exists:
            yield f"The cluster of {stack} exists, so nothing is left over from it."
            return
        if not (self.leftovers or self.unproven or self.kept):
            yield f"Nothing is left of the cluster of {stack}."
        yield from (f"would remove: {it.description}: {it.proof}" for it in self.leftovers)
        yield from (f"left alone, because it is not proven to be the cluster's: {it}" for it in self.unproven)
        yield from (f"kept: {it}" for it in self.kept)

    def document(self, stack: str, removed: set[str]) -> dict[str, Any]:
        """The survey as JSON. `removed`: the descriptions of the leftovers that were removed."""
        return {
            "stack": stack,
            "clusterExists": self.cluster_exists,
            "leftovers": [
                {"resource": it.description, "proof": it.proof, "removed": it.description in removed}
                for it in self.leftovers
            ],
            "unproven": [
                {"resource": it.description, "reason": it.reason, "command": it.command} for it in self.unproven
            ],
            "kept": [{"resource": it.description, "billed": it.billed, "command": it.command} for it in self.kept],
        }


def survey(account: Account) -> Survey:
    """Searches an account and removes nothing. Raises errors of the cloud's SDK."""
    leftovers = list(account.leftovers())
    return Survey(account.cluster_exists, leftovers, list(account.unproven()), list(account.kept()))
