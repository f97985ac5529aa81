"""The configuration of the Google provider."""

import os
from collections.abc import Mapping
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import ProviderSettings
from anykube_rehearsal.cloud.plugin.configuration import default_labels
from anykube_rehearsal.gcp.plugin.account import Account, endpoint

_VARIABLES = {
    "project": ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"),
    "region": ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
    "zone": ("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE"),
}
"""https://www.pulumi.com/registry/packages/gcp/installation-configuration/"""
_ATTRIBUTION = {"goog-pulumi-provisioned": "true"}
"""The label that the provider adds to all resources, unless `addPulumiAttributionLabel` is false."""


def _setting(config: Mapping[str, object], wire: str) -> str:
    variables = [os.environ.get(name) for name in _VARIABLES[wire]]
    value = next((candidate for candidate in (config.get(wire), *variables) if candidate), "")
    return value if isinstance(value, str) else ""


def _judge(config: Mapping[str, object]) -> list[Failure]:
    failures = [
        Failure(wire, "credentials are not supported in a rehearsal. Leave it out")
        for wire in ("credentials", "accessToken", "impersonateServiceAccount")
        if config.get(wire)
    ]
    if not _setting(config, "project") and not isinstance(config.get("project"), Unknown):
        message = "is missing. Set it on the provider, as gcp:project in the stack's config, or as GOOGLE_PROJECT"
        failures.append(Failure("project", message))
    return failures


def _account(config: Mapping[str, Any]) -> Account | None:
    project = _setting(config, "project")
    if not project:
        return None
    labels = default_labels(config, "defaultLabels")
    if config.get("addPulumiAttributionLabel") not in (False, "false"):
        labels |= _ATTRIBUTION
    return Account(endpoint(), project, _setting(config, "region"), _setting(config, "zone"), labels)


SETTINGS: ProviderSettings[Account] = ProviderSettings(
    validate=_judge, account=_account, location_input="project", require_local=endpoint
)
