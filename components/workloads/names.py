"""Names of apps, as far as Kubernetes takes them."""

import re

import pulumi

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


def refuse_impossible(kind: str, app: str) -> None:
    """Raises pulumi.RunError where the name cannot be that of a Service.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    """
    if not _SERVICE_NAME.fullmatch(app):
        raise pulumi.RunError(
            f"{kind} {app!r}: its name becomes a host name in the cluster (RFC 1035); use at most 63 "
            "lower-case letters, digits or '-', that begin with a letter and end with a letter or digit."
        )
