"""A kubeconfig without credentials. A plugin gets a one-hour token for the caller's own identity.

https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
"""

import json


def kubeconfig(name: str, endpoint: str, certificate_authority: str | None) -> str:
    """The kubeconfig, as JSON. `certificate_authority` is PEM in base64. None: a public authority signs."""
    exec_plugin = {
        # The only version that the plugin supports.
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "gke-gcloud-auth-plugin",
        # The credentials that the Pulumi provider uses. CI has them without gcloud.
        "args": ["--use_application_default_credentials"],
        "provideClusterInfo": True,
        "interactiveMode": "Never",
        "installHint": "gke-gcloud-auth-plugin gives the token: https://cloud.google.com/kubernetes-engine/docs/how-to/"
        "cluster-access-for-kubectl#install_plugin",
    }
    authority = {"certificate-authority-data": certificate_authority} if certificate_authority else {}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": endpoint, **authority}}],
            "users": [{"name": name, "user": {"exec": exec_plugin}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
