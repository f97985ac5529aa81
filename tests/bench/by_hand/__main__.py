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

SNAKE = {"automountServiceAccountToken": "automount_service_account_token"}

provider = Provider(
    "cluster",
    kubeconfig=pulumi.Output.secret(Path(os.environ["BENCH_KUBECONFIG"]).read_text()),
    cluster_identifier="bench",
)
options = pulumi.ResourceOptions(provider=provider)
for manifest in json.loads(Path(os.environ["BENCH_MANIFESTS"]).read_text()):
    kind = manifest["kind"]
    body = {SNAKE.get(key, key): value for key, value in manifest.items() if key not in ("apiVersion", "kind")}
    KINDS[kind](f"{manifest['metadata']['name']}-{kind.lower()}", **body, opts=options)
