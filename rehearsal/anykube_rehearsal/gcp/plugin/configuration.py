"""What the Google provider's own configuration leads to."""

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
"""The label that the provider puts on everything, unless `addPulumiAttributionLabel` is false."""


def _said(config: Mapping[str, object], wire: str) -> str:
    variables = [os.environ.get(name) for name in _VARIABLES[wire]]
    found = next((one for one in (config.get(wire), *variables) if one), "")
    return found if isinstance(found, str) else ""


def _judge(config: Mapping[str, object]) -> list[Failure]:
    found = [
        Failure(wire, "a rehearsal has no credentials: leave it out, and the simulated account knows who calls")
        for wire in ("credentials", "accessToken", "impersonateServiceAccount")
        if config.get(wire)
    ]
    if not _said(config, "project") and not isinstance(config.get("project"), Unknown):
        said = "is missing: set it on the provider, in the stack's configuration as gcp:project, or by GOOGLE_PROJECT"
        found.append(Failure("project", said))
    return found


def _account(config: Mapping[str, Any]) -> Account | None:
    project = _said(config, "project")
    if not project:
        return None
    labels = default_labels(config, "defaultLabels")
    if config.get("addPulumiAttributionLabel") not in (False, "false"):
        labels |= _ATTRIBUTION
    return Account(endpoint(), project, _said(config, "region"), _said(config, "zone"), labels)


SETTINGS: ProviderSettings[Account] = ProviderSettings(
    validate=_judge, account=_account, location_input="project", require_local=endpoint
)
