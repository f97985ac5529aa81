"""The kubeconfig of a managed cluster. It has no credentials: `anykube token` gets a token for each caller.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

import json

_DISTRIBUTION = "anykube-cli"


def kubeconfig(name: str, server: str, authority: str | None, cloud: str, **options: str) -> str:
    """The kubeconfig, as JSON.

    :param name: the cluster's name.
    :param server: URL of the API server.
    :param authority: the CA certificate, PEM in base64. None: a public authority signs.
    :param cloud: the cloud's name in settings, such as aws.
    :param options: options of `anykube token`, such as region="eu-west-1".
    """
    cluster = {"server": server, **({"certificate-authority-data": authority} if authority else {})}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": {"exec": _exec_plugin(cloud, options)}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )


def _exec_plugin(cloud: str, options: dict[str, str]) -> dict[str, object]:
    """Only the program's name, found on PATH: the path differs between machines, which would all show a change."""
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "anykube",
        "args": ["token", cloud, *(text for key, value in options.items() for text in (f"--{key}", value))],
        "interactiveMode": "Never",
        "installHint": f"anykube gives the token. Install it: pip install '{_DISTRIBUTION}[{cloud}]'",
    }
