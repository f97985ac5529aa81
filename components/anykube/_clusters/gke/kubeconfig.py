"""A kubeconfig without a credential in it: the caller's own Google identity, as a token of an hour.

https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
"""

import json


def kubeconfig(name: str, endpoint: str, certificate_authority: str | None) -> str:
    """JSON, which is YAML. `certificate_authority` as GKE gives it, PEM in base64; None where a public one signs."""
    exec_plugin = {
        # The one version that the plugin speaks.
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "gke-gcloud-auth-plugin",
        # Those that the provider acts with: CI has them without gcloud.
        "args": ["--use_application_default_credentials"],
        "provideClusterInfo": True,
        "interactiveMode": "Never",
        "installHint": "gke-gcloud-auth-plugin gives the token: https://cloud.google.com/kubernetes-engine/docs/how-to/"
        "cluster-access-for-kubectl#install_plugin",
    }
    trusted = {"certificate-authority-data": certificate_authority} if certificate_authority else {}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": endpoint, **trusted}}],
            "users": [{"name": name, "user": {"exec": exec_plugin}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
