"""Fifty services as a person would write them with pulumi_kubernetes, from the same manifests."""

import json
import os
from pathlib import Path

import pulumi
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Namespace, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import Ingress, NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

KINDS = {
    "Namespace": Namespace,
    "ServiceAccount": ServiceAccount,
    "Deployment": Deployment,
    "Service": Service,
    "Ingress": Ingress,
    "NetworkPolicy": NetworkPolicy,
    "PodDisruptionBudget": PodDisruptionBudget,
}

SNAKE = {"automountServiceAccountToken": "automount_service_account_token", "from": "from_"}


def snake(value: object) -> object:
    """The names of the SDK's arguments, where it does not take Kubernetes' own."""
    if isinstance(value, dict):
        return {SNAKE.get(name, name): snake(item) for name, item in value.items()}
    return [snake(item) for item in value] if isinstance(value, list) else value


provider = Provider(
    "cluster",
    kubeconfig=pulumi.Output.secret(Path(os.environ["BENCH_KUBECONFIG"]).read_text()),
    cluster_identifier="bench",
)
options = pulumi.ResourceOptions(provider=provider)
for manifest in json.loads(Path(os.environ["BENCH_MANIFESTS"]).read_text()):
    kind = manifest["kind"]
    body = {
        SNAKE.get(name, name): snake(value) for name, value in manifest.items() if name not in ("apiVersion", "kind")
    }
    KINDS[kind](f"{manifest['metadata']['name']}-{kind.lower()}", **body, opts=options)
