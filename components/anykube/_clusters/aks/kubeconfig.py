"""A kubeconfig without a credential in it: the caller's own Entra identity, as a token of an hour or less.

https://azure.github.io/kubelogin/concepts/exec-plugin.html
"""

import base64
import json
from typing import Any

import yaml

_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application that stands for every AKS cluster in Entra: https://azure.github.io/kubelogin/concepts/aks.html"""


def kubeconfig(name: str, credentials: str) -> str:
    """JSON, which is YAML. `credentials`: what AKS answers a user who asks for some, in base64.

    Of that only the address and the authority are kept. Nobody is asked anything: `azurecli` uses a login that is
    there, and CI says by AAD_LOGIN_METHOD (workloadidentity, spn, msi) what it has instead; kubelogin takes that over
    the argument. The device code, which its own default would print and wait for, is never used.
    """
    answered: dict[str, Any] = yaml.safe_load(base64.b64decode(credentials))
    cluster = answered["clusters"][0]["cluster"]
    exec_plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "kubelogin",
        "args": ["get-token", "--login", "azurecli", "--server-id", _SERVER_APPLICATION],
        "interactiveMode": "Never",
        "installHint": "kubelogin gives the token: https://azure.github.io/kubelogin/install.html",
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": cluster["server"],
                        "certificate-authority-data": cluster["certificate-authority-data"],
                    },
                }
            ],
            "users": [{"name": name, "user": {"exec": exec_plugin}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
