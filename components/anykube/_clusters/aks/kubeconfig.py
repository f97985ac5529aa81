"""A kubeconfig without credentials. kubelogin gets a short-lived token for the caller's own Entra identity.

https://azure.github.io/kubelogin/concepts/exec-plugin.html
"""

import base64
import json
from typing import Any

import yaml

_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""ID of the Entra application that represents all AKS clusters: https://azure.github.io/kubelogin/concepts/aks.html"""


def kubeconfig(name: str, credentials: str) -> str:
    """The kubeconfig, as JSON. `credentials`: the user kubeconfig from AKS, in base64.

    It keeps only the address and the certificate authority. kubelogin never prompts: it uses the login of the Azure
    CLI, or in CI the method in AAD_LOGIN_METHOD (workloadidentity, spn or msi), which overrides the argument. Its own
    default, the device code flow, would print a code and wait.
    """
    source: dict[str, Any] = yaml.safe_load(base64.b64decode(credentials))
    cluster = source["clusters"][0]["cluster"]
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
