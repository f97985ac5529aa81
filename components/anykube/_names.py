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


def _ip_address(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ValueError("must be an IP address, such as 192.0.2.10") from None
    return value


IpAddress = Annotated[str, AfterValidator(_ip_address), Field(examples=["192.0.2.10"])]
"""An IPv4 or IPv6 address."""


def _address_range(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise ValueError("must be an IP range with host bits of zero, such as 10.0.0.0/16 or fd00::/64") from None
    return value if "/" in value else f"{value}/{ipaddress.ip_address(value).max_prefixlen}"


AddressRange = Annotated[str, AfterValidator(_address_range), Field(examples=["10.0.0.0/16"])]
"""An IPv4 or IPv6 range, such as 10.0.0.0/16."""

EnvName = Annotated[
    str,
    AfterValidator(_matching(r"[ -<>-~]+", 253, "must be at most 253 printable ASCII characters other than '='")),
]
"""The name of an environment variable: what Kubernetes accepts since 1.34.

https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
"""

Port = Annotated[int, Field(ge=1, le=65535, examples=[8080])]
"""A TCP port, 1 to 65535."""

PortNumber = Annotated[
    str,
    AfterValidator(
        _matching(
            r"([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])/(TCP|UDP|SCTP)",
            10,
            "must be a number from 1 to 65535, or a number and a protocol, such as 53/UDP",
        )
    ),
    Field(examples=["53/UDP"]),
]
"""A port with its protocol, such as 53/UDP."""

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

_SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_QUANTITY = re.compile(r"\+?(\d+\.?\d*|\.\d+)(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([-+]?\d{1,2}))", re.ASCII)
_FEWEST_BYTES, _MOST_BYTES = 1024**2, 2**63 - 1
"""Less is a mistake for 1024 times as much. Kubernetes silently lowers what is more."""


def amount(quantity: str) -> Decimal:
    """The number that a Kubernetes quantity stands for: `amount("500m") == Decimal("0.5")`.

    Raises ValueError if the text is not a quantity.
    See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    match = _QUANTITY.fullmatch(quantity)
    if not match:
        raise ValueError("must be a Kubernetes quantity, such as 250m, 2, 512Mi or 8Gi")
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY:
        return number * Decimal(1024) ** _BINARY[suffix]
    return number.scaleb(int(match[3]) if match[3] else _SUFFIXES[suffix])


_OTHER_UNITS = {
    f"{unit}{end}": f"{unit.upper()}i" if end != "b" else unit if unit == "k" else unit.upper()
    for unit in "kmgtp"
    for end in ("", "i", "b", "ib")
}
"""What people write by habit, in lower case, and the suffix that they mean."""


def _bytes(value: str) -> str:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", value)
    number, suffix = (match[1], match[2]) if match else ("", "")
    if suffix == "m":
        raise ValueError(f"write {number}Mi, since m is a thousandth of a byte")
    if not _QUANTITY.fullmatch(value) and (meant := _OTHER_UNITS.get(suffix.lower())):
        raise ValueError(f"must be a Kubernetes quantity, such as 512Mi or 8Gi: write {number}{meant}")
    if amount(value) < _FEWEST_BYTES:
        raise ValueError("must be at least 1Mi. A number without a suffix is in bytes")
    if amount(value) > _MOST_BYTES:
        raise ValueError("must be less than 8Ei")
    return value


def _cpus(value: str) -> str:
    number = amount(value)
    if number < Decimal("0.001"):
        raise ValueError("must be at least 1m, a thousandth of a CPU")
    if number > _MOST_CPUS:
        raise ValueError(f"must be at most {_MOST_CPUS} CPUs, such as 500m or 2")
    return value


_MOST_CPUS = 4096
"""More than any machine has, so that `512Mi` is not accepted as a number of CPUs."""

Cpu = Annotated[str, AfterValidator(_cpus)]
"""A number of CPUs as a Kubernetes quantity: `250m` (a quarter), `2`."""

Bytes = Annotated[str, AfterValidator(_bytes)]
"""A number of bytes as a Kubernetes quantity, at least 1Mi: `512Mi`, `8Gi`."""


def shortened(name: str, max_length: int) -> str:
    """The name, shortened with a hash if it is longer than `max_length`."""
    if len(name) <= max_length:
        return name
    return f"{name[: max_length - 11].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"
