"""Types for the names and quantities that Kubernetes accepts. Their errors say what is valid.

Rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (RFC 1123 labels and subdomains) and
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
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


def _annotation_key(value: str) -> str:
    _label_key(value.lower())
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

ServiceName = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[a-z]([-a-z0-9]*[a-z0-9])?",
            63,
            "must be at most 63 lower-case letters, digits or '-', begin with a letter and end with a letter or digit",
        )
    ),
]
"""An RFC 1035 label, such as the name of a Service."""

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

_HOST = rf"{_LABEL}(\.{_LABEL})*"


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _corrected(value: str) -> str:
    """A host without what people write around it: a scheme, a port, a path, a final dot, and capitals."""
    name = re.sub(r"^\w+://|[/?#].*$", "", value)
    name = re.sub(r"(:\d+)?\.?$", "", name).lower()
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _host(value: str, *, wildcard: bool) -> str:
    name = value.removeprefix("*.") if wildcard else value
    if _is_address(name) or re.fullmatch(r"(.*\.)?\d+", name):
        # Clients take a name whose last label is a number for an IPv4 address: https://url.spec.whatwg.org/#host-parsing
        raise ValueError("must be a DNS name such as shop.example.com, not an IP address")
    longest = max(map(len, name.split(".")))
    if len(value) <= 253 and longest <= 63 and re.fullmatch(_HOST, name):
        return value
    corrected = _corrected(value)
    if corrected != value and re.fullmatch(_HOST, corrected.removeprefix("*.") if wildcard else corrected):
        raise ValueError(f"must be a DNS name in lower case and without anything else: {corrected}")
    wildcards = ", or *.example.com for all names below it" if wildcard else ""
    raise ValueError(
        f"must be a DNS name in lower case such as shop.example.com{wildcards}, "
        "of labels with at most 63 letters, digits or '-', and at most 253 characters"
    )


def _external_host(value: str) -> str:
    if _is_address(value):
        raise ValueError(
            f"must be a DNS name; for an IP address, write `addresses: [{value.strip('[]')}]` and its port"
        )
    name = _host(value, wildcard=False)
    if "." not in name:
        raise ValueError(f"must be a full DNS name such as {name}.example.com, since no search domain is added to it")
    return name


Host = Annotated[str, AfterValidator(partial(_host, wildcard=True))]
"""The host of a route: an RFC 1123 subdomain, which may begin with a wildcard label, and is no IP address."""

ExternalHost = Annotated[str, AfterValidator(_external_host)]
"""The DNS name of a host outside the cluster: an RFC 1123 subdomain of at least two labels."""


def _endpoint_address(value: str) -> str:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        raise ValueError("must be an IP address such as 10.0.0.5") from None
    link_local_multicast = ipaddress.ip_network("224.0.0.0/24" if address.version == 4 else "ff02::/16")
    special = address.is_unspecified or address.is_loopback or address.is_link_local or address in link_local_multicast
    if special or (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or value != str(address):
        raise ValueError("must be the address of another machine, such as 10.0.0.5, in its shortest form")
    return value


EndpointAddress = Annotated[str, AfterValidator(_endpoint_address), Field(examples=["10.0.0.5"])]
"""An IP address that a Service may lead to: not a loopback, link-local or unspecified one.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
"""

LabelKey = Annotated[str, AfterValidator(_label_key)]
"""The key of a Kubernetes label or taint."""

AnnotationKey = Annotated[str, AfterValidator(_annotation_key)]
"""The key of a Kubernetes annotation, whose prefix may have capitals."""

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

ObjectTitle = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[A-Z][A-Za-z0-9]* ([a-z0-9][-a-z0-9]*/)?[^\s/]+",
            400,
            "must be a kind, a space, and NAMESPACE/NAME or NAME, such as Deployment team/billing",
        )
    ),
]
"""A Kubernetes object: `Deployment team/billing`, or `ClusterRole reader` for an object without a namespace."""

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
