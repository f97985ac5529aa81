"""Who signs certificates for the hosts that a cluster serves."""

from collections.abc import Sequence
from typing import Protocol

import pulumi


class Issuer(Protocol):
    """What signs certificates for host names; a cluster that has an authority of its own is one."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """A certificate for all `hosts`: (certificate PEM, private key PEM). The key is secret.

        `name` is that of the Pulumi resource, `opts` says whose child it is.
        """
        ...
