"""What the AWS provider's own configuration leads to."""

import os
from collections.abc import Mapping
from typing import Any

from anykube_cli.plugin.values import Unknown

from anykube_rehearsal.aws.plugin.account import Account, endpoint
from anykube_rehearsal.cloud.plugin.checks import Failure
from anykube_rehearsal.cloud.plugin.cloud import ProviderSettings
from anykube_rehearsal.cloud.plugin.configuration import default_labels


def _region(config: Mapping[str, object]) -> str | None:
    """The region that holds; None where nothing says it, or it is not known yet."""
    found = config.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return found if isinstance(found, str) else None


def _judge(config: Mapping[str, object]) -> list[Failure]:
    if _region(config) is not None or isinstance(config.get("region"), Unknown):
        return []
    said = "is missing: set it on the provider, in the stack's configuration as aws:region, or by AWS_REGION"
    return [Failure("region", said)]


def _account(config: Mapping[str, Any]) -> Account | None:
    region = _region(config)
    return Account(region, default_labels(config, "defaultTags", "tags")) if region else None


SETTINGS: ProviderSettings[Account] = ProviderSettings(
    validate=_judge, account=_account, location_input="region", require_local=endpoint
)
