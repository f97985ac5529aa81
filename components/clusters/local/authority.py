"""`LocalAuthority`: certificates for the routes of a local cluster."""

from collections.abc import Sequence

import pulumi

from components.clusters.local.resources import Certificate


class LocalAuthority:
    """Signs with this checkout's own authority. An Issuer for `WebService`."""

    def certificate(
        self, name: str, hosts: Sequence[str], opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """A certificate and its private key (secret), as PEM."""
        signed = Certificate(name, name=name, hosts=hosts, opts=opts)
        return signed.certificate, pulumi.Output.secret(signed.private_key)
