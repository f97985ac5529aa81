"""Decodes and validates the provider's configuration, `pulumi:providers:NAME`."""

import json
from collections.abc import Mapping
from typing import Any

from anykube_rehearsal.cloud.plugin.checks import Failure, check_types
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.sdk import Property

_ENGINE_KEYS = {"version", "pluginDownloadURL", "pluginChecksums"}
"""Keys that the engine adds."""


def _properties(cloud: Cloud[Any]) -> Mapping[str, Property]:
    return cloud.sdk.properties("provider.py", "ProviderArgs")


def decode(cloud: Cloud[Any], config: Mapping[str, object]) -> dict[str, Any]:
    """Decodes the values: the engine passes those that are not strings as JSON."""
    properties, decoded = _properties(cloud), {}
    for wire, value in config.items():
        prop = properties.get(wire)
        if isinstance(value, str) and prop is not None and prop.type.kind != "string":
            try:
                decoded[wire] = json.loads(value)
                continue
            except ValueError:
                pass  # check_types reports it
        decoded[wire] = value
    return decoded


def default_labels(config: Mapping[str, Any], wire: str, within: str = "") -> dict[str, str]:
    """The default tags or labels of all resources, without values that are not known yet."""
    labels = config.get(wire) or {}
    if within:
        labels = labels.get(within) or {} if isinstance(labels, Mapping) else {}
    if not isinstance(labels, Mapping):
        return {}
    return {key: value for key, value in labels.items() if isinstance(value, str)}


def validate(cloud: Cloud[Any], config: Mapping[str, object]) -> list[Failure]:
    """Everything that is invalid in a provider's configuration."""
    values = {wire: value for wire, value in config.items() if wire not in _ENGINE_KEYS}
    failures = check_types(_properties(cloud), values) + cloud.settings.validate(config)
    try:
        cloud.settings.require_local()
    except ValueError as error:
        failures.append(Failure("endpoints", str(error)))
    return failures
