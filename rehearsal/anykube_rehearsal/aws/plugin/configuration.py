"""The configuration of the AWS provider."""

import os
from collections.abc import Mapping
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.aws.plugin.account import ProviderAccount, endpoint
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import ProviderSettings
from anykube_rehearsal.cloud.plugin.configuration import default_labels


def _region(config: Mapping[str, object]) -> str | None:
    """The configured region; None if it is missing or not known yet."""
    region = config.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return region if isinstance(region, str) else None


def _validate(config: Mapping[str, object]) -> list[Failure]:
    if _region(config) is not None or isinstance(config.get("region"), Unknown):
        return []
    return [
        Failure(
            "region", "is missing. Set it on the provider, as aws:region in the stack's configuration, or by AWS_REGION"
        )
    ]


def _account(config: Mapping[str, Any]) -> ProviderAccount | None:
    region = _region(config)
    return ProviderAccount(region, default_labels(config, "defaultTags", "tags")) if region else None


SETTINGS: ProviderSettings[ProviderAccount] = ProviderSettings(
    validate=_validate, account=_account, location_input="region", require_local=endpoint
)
