"""The kubeconfig of an AKS cluster."""

import base64
from typing import Any

import yaml

from anykube._clusters import kubeconfig as shared


def kubeconfig(name: str, credentials: str, subscription: str) -> str:
    """The kubeconfig, as JSON. `credentials`: the user kubeconfig from AKS, in base64.

    It keeps only the address and the certificate authority of that one, whose plugin would print a code and wait.
    """
    source: dict[str, Any] = yaml.safe_load(base64.b64decode(credentials))
    cluster = source["clusters"][0]["cluster"]
    return shared.kubeconfig(
        name, cluster["server"], cluster["certificate-authority-data"], "azure", account=subscription
    )
