"""Canonical Kubernetes quantities.

The API server returns quantities in canonical form, such as `1Gi` for `1024Mi`. A manifest with another form would show
a permanent diff.
"""

from decimal import ROUND_CEILING

from anykube._names import amount

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("m", "", "k", "M", "G", "T", "P", "E")


def canonical(quantity: str) -> str:
    """The canonical form of a quantity: the largest suffix of the same family (binary or decimal) without a fraction.

    Rounds up to thousandths. Binary quantities below 1024 or with a fraction become decimal.
    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    thousandths = int((amount(quantity) * 1000).to_integral_value(ROUND_CEILING))
    whole, fraction = divmod(thousandths, 1000)
    if quantity.endswith("i") and whole >= 1024 and not fraction:
        return _largest_suffix(whole, 1024, _BINARY)
    return _largest_suffix(thousandths, 1000, _DECIMAL)


def _largest_suffix(whole: int, base: int, suffixes: tuple[str, ...]) -> str:
    step = 0
    while whole % base == 0 and step + 1 < len(suffixes):
        whole, step = whole // base, step + 1
    return f"{whole}{suffixes[step]}"
