"""`Issuer`: a cluster that issues certificates for the hosts of its apps."""

from collections.abc import Sequence
from typing import Protocol

import pulumi


class Issuer(Protocol):
    """Issues certificates for host names. Clusters with their own certificate authority implement it."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """A certificate for all `hosts`, as (certificate, private key) in PEM. The key is secret.

        :param name: name of the Pulumi resource.
        :param opts: options of the Pulumi resource, such as its parent.
        """
        ...
