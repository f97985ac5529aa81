"""`LocalAuthority`: certificates for the routes of a local cluster."""

from collections.abc import Sequence

import pulumi

from anykube._clusters.local.resources import Certificate
from anykube._clusters.protocol import secret_output


class LocalAuthority:
    """Signs certificates with this checkout's certificate authority. An `Issuer` for `WebService`."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """Creates a certificate. Returns it and its private key, a secret, as PEM."""
        # All stacks of a checkout share the authority, so certificate names contain the stack.
        certificate = Certificate(name, name=f"{pulumi.get_stack()}-{name}", hosts=hosts, opts=opts)
        return certificate.certificate, secret_output(certificate.private_key)
