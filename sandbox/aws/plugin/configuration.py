"""The provider's own configuration: `pulumi:providers:aws`."""

import json
import os
from collections.abc import Mapping
from typing import Any

from sandbox.aws.plugin.account import endpoint
from sandbox.aws.plugin.checks import Failure, shape
from sandbox.aws.plugin.sdk import Property, class_properties
from sandbox.plugin.values import Unknown

_ENGINES = {"version", "pluginDownloadURL", "pluginChecksums"}
"""What the engine adds."""


def properties() -> Mapping[str, Property]:
    """What the provider takes."""
    return class_properties("provider.py", "ProviderArgs")


def decode(given: Mapping[str, object]) -> dict[str, Any]:
    """Configuration travels as strings: everything that is none is JSON in one."""
    known, decoded = properties(), {}
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


def region(config: Mapping[str, object]) -> str | None:
    """The region that holds; None where nothing says it, or it is not known yet."""
    found = config.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return found if isinstance(found, str) else None


def default_tags(config: Mapping[str, Any]) -> dict[str, str]:
    """The tags that everything gets; those that are not known yet are left out."""
    tags = config.get("defaultTags") or {}
    given = tags.get("tags") or {} if isinstance(tags, Mapping) else {}
    return {key: value for key, value in given.items() if isinstance(value, str)} if isinstance(given, Mapping) else {}


def judge(config: Mapping[str, object]) -> list[Failure]:
    """What is wrong with a provider's configuration."""
    own = {wire: value for wire, value in config.items() if wire not in _ENGINES}
    found = shape(properties(), own)
    if region(config) is None and not isinstance(config.get("region"), Unknown):
        said = "is missing: set it on the provider, in the stack's configuration as aws:region, or by AWS_REGION"
        found.append(Failure("region", said))
    try:
        endpoint()
    except ValueError as error:
        found.append(Failure("endpoints", str(error)))
    return found
