"""Azure login: an Entra application with a federated credential."""

from collections.abc import Mapping
from pathlib import Path

from anykube_cli.ci.login import Login


def variables(job: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """The variables of Pulumi's provider, and if the token is a file also those of Azure's own SDKs.

    https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ and
    https://learn.microsoft.com/entra/workload-id/workload-identity-federation
    """
    provider = {
        "ARM_USE_OIDC": "true",
        "ARM_CLIENT_ID": job["AZURE_CLIENT"],
        "ARM_TENANT_ID": job["AZURE_TENANT"],
        "ARM_SUBSCRIPTION_ID": job["AZURE_SUBSCRIPTION"],
    }
    if token is None:
        return provider
    return provider | {
        "ARM_OIDC_TOKEN_FILE_PATH": str(token),
        "AZURE_CLIENT_ID": job["AZURE_CLIENT"],
        "AZURE_TENANT_ID": job["AZURE_TENANT"],
        "AZURE_FEDERATED_TOKEN_FILE": str(token),
    }


LOGIN = Login(
    "azure", ("AZURE_CLIENT", "AZURE_TENANT", "AZURE_SUBSCRIPTION"), "AZURE_ID_TOKEN", variables, needs_token=False
)
