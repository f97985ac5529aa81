"""The provider's own configuration: `pulumi:providers:NAME`."""

import json
from collections.abc import Mapping
from typing import Any

from anykube_rehearsal.cloud.plugin.checks import Failure, shape
from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.sdk import Property

_ENGINES = {"version", "pluginDownloadURL", "pluginChecksums"}
"""What the engine adds."""


def _properties(cloud: Cloud[Any]) -> Mapping[str, Property]:
    """What the provider takes."""
    return cloud.sdk.properties("provider.py", "ProviderArgs")


def decode(cloud: Cloud[Any], given: Mapping[str, object]) -> dict[str, Any]:
    """Configuration travels as strings: everything that is none is JSON in one."""
    known, decoded = _properties(cloud), {}
    for wire, value in given.items():
        prop = known.get(wire)
        if isinstance(value, str) and prop is not None and prop.type.kind != "string":
            try:
                decoded[wire] = json.loads(value)
                continue
            except ValueError:
                pass  # told by the check of its type
        decoded[wire] = value
    return decoded


def default_labels(config: Mapping[str, Any], wire: str, within: str = "") -> dict[str, str]:
    """The tags or labels that everything gets; those that are not known yet are left out."""
    given = config.get(wire) or {}
    if within:
        given = given.get(within) or {} if isinstance(given, Mapping) else {}
    return {key: value for key, value in given.items() if isinstance(value, str)} if isinstance(given, Mapping) else {}


def judge(cloud: Cloud[Any], config: Mapping[str, object]) -> list[Failure]:
    """What is wrong with a provider's configuration."""
    own = {wire: value for wire, value in config.items() if wire not in _ENGINES}
    found = shape(_properties(cloud), own) + cloud.settings.judge(config)
    try:
        cloud.settings.reach()
    except ValueError as error:
        found.append(Failure("endpoints", str(error)))
    return found
