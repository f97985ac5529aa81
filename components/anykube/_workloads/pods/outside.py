"""Secrets from outside, by reference: their values are never seen here."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from anykube._kubernetes import Manifest
from anykube._model import Model, OutputText, TextInput
from anykube._names import ObjectName
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.pods.values import Key
from anykube._workloads.pods.volumes import FilePath

_DRIVER = "secrets-store.csi.k8s.io"


class RemoteKey(Model):
    """A value in the store outside."""

    key: Annotated[str, Field(min_length=1)] | OutputText
    """Its name or path there."""
    property: str | None = None
    """A field of it, where it is a JSON object."""
    version: str | None = None
    """None: the newest."""


class ExternalSecret(Model):
    """A Secret that the External Secrets operator keeps equal to values in a store.

    https://external-secrets.io/latest/api/externalsecret/
    """

    store: ObjectName
    """Name of a ClusterSecretStore that is in the cluster, or of a SecretStore of the namespace."""
    store_kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    keys: Annotated[dict[Key, RemoteKey], Field(min_length=1)]
    """What the Secret holds, by its own keys."""
    refresh: Annotated[str, Field(pattern=r"^[1-9]\d*[smh]$")] = "1h"
    """How often the store is asked, such as 30m."""


class CsiSecrets(Model):
    """Secrets that the Secrets Store CSI driver mounts as files, straight from a store.

    https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass
    """

    provider: Literal["aws", "azure", "gcp", "vault"]
    path: FilePath
    """The folder that has them, in the app's own container."""
    parameters: dict[str, TextInput]
    """What the provider wants to know, in its own words: for aws and gcp `objects` or `secrets`, a text of YAML."""


def external_secrets(app: str, namespace: str, asked: Mapping[str, ExternalSecret]) -> dict[str, Manifest]:
    """The ExternalSecrets, by name; each makes the Secret `APP-NAME`."""
    return {
        name: {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": metadata(app, namespace, suffix=f"-{name}", annotations=SKIP_AWAIT),
            "spec": {
                "refreshInterval": secret.refresh,
                "secretStoreRef": {"kind": secret.store_kind, "name": secret.store},
                "target": {"name": f"{app}-{name}", "creationPolicy": "Owner"},
                "data": [{"secretKey": key, "remoteRef": _remote(remote)} for key, remote in secret.keys.items()],
            },
        }
        for name, secret in asked.items()
    }


def _remote(remote: RemoteKey) -> dict[str, object]:
    fields = {"key": remote.key, "property": remote.property, "version": remote.version}
    return {name: value for name, value in fields.items() if value is not None}


def provider_classes(app: str, namespace: str, asked: Mapping[str, CsiSecrets]) -> dict[str, Manifest]:
    """The SecretProviderClasses `APP-NAME`, by name."""
    return {
        name: {
            "apiVersion": "secrets-store.csi.x-k8s.io/v1",
            "kind": "SecretProviderClass",
            "metadata": metadata(app, namespace, suffix=f"-{name}"),
            "spec": {"provider": secrets.provider, "parameters": dict(secrets.parameters)},
        }
        for name, secrets in asked.items()
    }


def csi_volumes(app: str, asked: Mapping[str, CsiSecrets]) -> list[dict[str, object]]:
    """The volumes of a pod."""
    return [
        {
            "name": f"csi-{name}",
            "csi": {
                "driver": _DRIVER,
                "readOnly": True,
                "volumeAttributes": {"secretProviderClass": f"{app}-{name}"},
            },
        }
        for name in asked
    ]


def csi_mounts(asked: Mapping[str, CsiSecrets]) -> list[dict[str, object]]:
    """Where the app's own container has them."""
    return [{"name": f"csi-{name}", "mountPath": secrets.path, "readOnly": True} for name, secrets in asked.items()]
