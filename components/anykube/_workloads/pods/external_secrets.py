"""Secrets from external stores, by reference. Anykube never reads their values."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from anykube._kubernetes import Manifest
from anykube._model import Model, OutputText, TextInput, example
from anykube._names import ObjectName
from anykube._workloads.metadata import SKIP_AWAIT, metadata
from anykube._workloads.pods.values import Key
from anykube._workloads.pods.volumes import FilePath

_DRIVER = "secrets-store.csi.k8s.io"


class RemoteKey(Model, json_schema_extra=example(key="prod/shop/db", property="password")):
    """A value in an external secret store."""

    key: Annotated[str, Field(min_length=1, examples=["prod/shop/db"])] | OutputText
    """Name or path of the secret in the store."""
    property: Annotated[str | None, Field(examples=["password"])] = None
    """Property of a secret that is a JSON object. Default: the whole secret."""
    version: Annotated[str | None, Field(examples=["AWSCURRENT"])] = None
    """Version of the secret. Default: the latest."""


_KEYS: JsonValue = {"password": {"key": "prod/shop/db", "property": "password"}}


class ExternalSecret(Model, json_schema_extra=example(store="aws", keys=_KEYS)):
    """A Secret that the External Secrets operator synchronizes from a store.

    https://external-secrets.io/latest/api/externalsecret/
    """

    store: Annotated[ObjectName, Field(examples=["aws"])]
    """Name of an existing ClusterSecretStore, or of a SecretStore in the app's namespace."""
    store_kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    """Kind of the store."""
    keys: Annotated[dict[Key, RemoteKey], Field(min_length=1, examples=[_KEYS])]
    """Keys of the Secret, and the value of each in the store. At least one."""
    refresh: Annotated[str, Field(pattern=r"^[1-9]\d*[smh]$", examples=["30m"])] = "1h"
    """Interval between reads of the store: a number and s, m or h."""


_PARAMETERS: JsonValue = {"objects": "- objectName: prod/shop/db\n  objectType: secretsmanager\n"}


class CsiSecrets(Model, json_schema_extra=example(provider="aws", path="/var/secrets", parameters=_PARAMETERS)):
    """Secrets that the Secrets Store CSI driver mounts as files from an external store.

    https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass
    """

    provider: Literal["aws", "azure", "gcp", "vault"]
    """Provider of the driver."""
    path: Annotated[FilePath, Field(examples=["/var/secrets"])]
    """Directory of the files in the app's main container."""
    parameters: Annotated[dict[str, TextInput], Field(examples=[_PARAMETERS])]
    """Parameters of the provider. For aws `objects`, for gcp `secrets`: a YAML document as text."""


def external_secrets(app: str, namespace: str, secrets: Mapping[str, ExternalSecret]) -> dict[str, Manifest]:
    """The ExternalSecrets, by name. Each creates the Secret `APP-NAME`."""
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
        for name, secret in secrets.items()
    }


def _remote(remote: RemoteKey) -> dict[str, object]:
    fields = {"key": remote.key, "property": remote.property, "version": remote.version}
    return {name: value for name, value in fields.items() if value is not None}


def provider_classes(app: str, namespace: str, csi_secrets: Mapping[str, CsiSecrets]) -> dict[str, Manifest]:
    """The SecretProviderClasses `APP-NAME`, by name."""
    return {
        name: {
            "apiVersion": "secrets-store.csi.x-k8s.io/v1",
            "kind": "SecretProviderClass",
            "metadata": metadata(app, namespace, suffix=f"-{name}"),
            "spec": {"provider": secrets.provider, "parameters": dict(secrets.parameters)},
        }
        for name, secrets in csi_secrets.items()
    }


def csi_volumes(app: str, csi_secrets: Mapping[str, CsiSecrets]) -> list[dict[str, object]]:
    """The pod's volumes with the secrets."""
    return [
        {
            "name": f"csi-{name}",
            "csi": {
                "driver": _DRIVER,
                "readOnly": True,
                "volumeAttributes": {"secretProviderClass": f"{app}-{name}"},
            },
        }
        for name in csi_secrets
    ]


def csi_mounts(csi_secrets: Mapping[str, CsiSecrets]) -> list[dict[str, object]]:
    """The app container's mounts of the secrets."""
    return [
        {"name": f"csi-{name}", "mountPath": secrets.path, "readOnly": True} for name, secrets in csi_secrets.items()
    ]
