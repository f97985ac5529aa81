"""Resources that deleted Toy clusters leave behind."""

from collections.abc import Callable, Iterator

from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.sweep import Kept, Leftover, Unproven

from anykube_toy.settings import TkeClusterSpec


class Account:
    """An account. No resource in Toy outlives its cluster."""

    cluster_exists = False

    def leftovers(self) -> Iterator[Leftover]:
        """No resources."""
        return iter(())

    def unproven(self) -> Iterator[Unproven]:
        """No resources."""
        return iter(())

    def kept(self) -> Iterator[Kept]:
        """No resources."""
        return iter(())

    def summarize_error(self, error: BaseException) -> str:
        """The text of an error."""
        return str(error)


def account_factory(stack: str, spec: TkeClusterSpec, facts: Facts, memory: Memory) -> Callable[[], Account]:
    """Opens the account of a cluster."""
    del stack, spec, facts, memory
    return Account
