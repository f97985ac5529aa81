"""Types for the names and quantities that Kubernetes accepts. Their errors say what is valid.

Rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (RFC 1123 labels and subdomains) and
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"


def _matching(pattern: str, max_length: int, requirement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) > max_length or not compiled.fullmatch(value):
            raise ValueError(requirement)
        return value

    return check


def _label_key(value: str) -> str:
    prefix, slash, name = value.rpartition("/")
    if slash and (len(prefix) > 253 or not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", prefix)):
        raise ValueError("the part before '/' must be a DNS name of at most 253 characters, such as example.com")
    if len(name) > 63 or not re.fullmatch(_LABEL_NAME, name):
        raise ValueError(
            "must be at most 63 letters, digits, '-', '_' or '.', and begin and end with a letter or digit"
        )
    return value


DnsLabel = Annotated[
    str,
    AfterValidator(
        _matching(
            _LABEL,
            63,
            "must be at most 63 lower-case letters, digits or '-', and begin and end with a letter or digit",
        )
    ),
]
"""An RFC 1123 label, such as the name of an app, a pool or a namespace."""

ObjectName = Annotated[
    str,
    AfterValidator(
        _matching(
            rf"{_LABEL}(\.{_LABEL})*",
            253,
            "must be lower-case letters, digits, '-' or '.', and begin and end with a letter or digit",
        )
    ),
]
"""An RFC 1123 subdomain, such as the name of most Kubernetes objects."""

Host = Annotated[
    str,
    AfterValidator(
        _matching(
            rf"(\*\.)?{_LABEL}(\.{_LABEL})*",
            253,
            "must be a DNS name in lower case such as shop.example.com, or *.example.com for all names below it",
        )
    ),
]
"""The host of a route: an RFC 1123 subdomain, which may begin with a wildcard label."""

LabelKey = Annotated[str, AfterValidator(_label_key)]
"""The key of a Kubernetes label or taint."""

LabelValue = Annotated[
    str,
    AfterValidator(
        _matching(
            rf"({_LABEL_NAME})?",
            63,
            "must be empty, or at most 63 letters, digits, '-', '_' or '.', that begin and end with a letter or digit",
        )
    ),
]
"""The value of a Kubernetes label or taint."""


def _cidr(value: str) -> str:
    try:
        ipaddress.IPv4Network(value)
    except ValueError:
        raise ValueError("must be an IPv4 range with host bits of zero, such as 10.0.0.0/16") from None
    return value


Cidr = Annotated[str, AfterValidator(_cidr), Field(examples=["10.0.0.0/16"])]
"""An IPv4 range, such as 10.0.0.0/16."""

EnvName = Annotated[
    str,
    AfterValidator(
        _matching(r"[A-Za-z_][A-Za-z0-9_]*", 253, "must be letters, digits or '_', and not begin with a digit")
    ),
]
"""The name of an environment variable."""

Port = Annotated[int, Field(ge=1, le=65535, examples=[8080])]
"""A TCP port, 1 to 65535."""

PortName = Annotated[
    str,
    AfterValidator(
        _matching(
            r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            15,
            "must be at most 15 lower-case letters, digits or '-', at least one letter, and not begin or end with '-'",
        )
    ),
]
"""The name of a port. https://www.rfc-editor.org/rfc/rfc6335#section-5.1"""

_SUFFIXES = {"": 0, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5}
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|Pi|[mkMGTP]?)")


def amount(quantity: str) -> Decimal:
    """The number that a Kubernetes quantity stands for: `amount("500m") == Decimal("0.5")`.

    Raises ValueError if the text is not a quantity.
    See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    match = _QUANTITY.fullmatch(quantity)
    if not match:
        raise ValueError("must be a Kubernetes quantity, such as 250m, 2, 512Mi or 8Gi")
    number, suffix = Decimal(match[1]), match[2]
    return number * 1024 ** _BINARY[suffix] if suffix in _BINARY else number.scaleb(_SUFFIXES[suffix])


def _quantity(value: str) -> str:
    if amount(value) <= 0:
        raise ValueError("must be more than 0")
    return value


Quantity = Annotated[str, AfterValidator(_quantity)]
"""A positive Kubernetes quantity: `250m` (a quarter of a CPU), `2`, `512Mi`, `8Gi`."""


def shortened(name: str, max_length: int) -> str:
    """The name, shortened with a hash if it is longer than `max_length`."""
    if len(name) <= max_length:
        return name
    return f"{name[: max_length - 11].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"
