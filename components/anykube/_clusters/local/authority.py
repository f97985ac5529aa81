"""`LocalAuthority`: certificates for the routes of a local cluster."""

from collections.abc import Sequence

import pulumi

from anykube._clusters.local.resources import Certificate
from anykube._clusters.protocol import secret_output


class LocalAuthority:
    """Signs with this checkout's own authority. An Issuer for `WebService`."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """A certificate and its private key (secret), as PEM."""
        # Stacks of one checkout share the authority: each has certificates of its own.
        signed = Certificate(name, name=f"{pulumi.get_stack()}-{name}", hosts=hosts, opts=opts)
        return signed.certificate, secret_output(signed.private_key)
