"""What clusters of Toy leave behind: load balancers, for which the account is asked."""

from collections.abc import Callable, Iterator

from anykube_cli.sweep.sweep import Leftover

from anykube_toy.settings import TkeClusterSpec


class Account:
    """The account; nothing of Toy's outlives its cluster."""

    def leftovers(self) -> Iterator[Leftover]:
        """None."""
        return iter(())

    def brief(self, error: BaseException) -> str:
        """Its text."""
        return str(error)


def entrance(stack: str, spec: TkeClusterSpec) -> Callable[[], Account]:
    """Enters the account of the cluster."""
    del stack, spec
    return Account
