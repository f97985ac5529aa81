"""A kubeconfig without credentials. The AWS CLI gets a short-lived token for the caller's own identity.

https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
"""

import json


def kubeconfig(name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """The kubeconfig, as JSON. `certificate_authority` is PEM in base64."""
    exec_plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "aws",
        "args": ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
        "interactiveMode": "Never",
        "installHint": "The AWS CLI gives the token: https://docs.aws.amazon.com/cli/",
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": name, "cluster": {"server": endpoint, "certificate-authority-data": certificate_authority}}
            ],
            "users": [{"name": name, "user": {"exec": exec_plugin}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
