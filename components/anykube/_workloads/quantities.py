"""Quantities as the API server writes them.

It answers with the canonical form, `1Gi` for `1024Mi`. A manifest that says otherwise would differ from the
live object for ever.
"""

from decimal import ROUND_CEILING

from anykube._names import Quantity, amount

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("m", "", "k", "M", "G", "T", "P", "E")


def canonical(quantity: Quantity) -> str:
    """The canonical form of a quantity: the largest suffix, of the same family, that needs no fraction.

    What is finer than a thousandth is rounded up. Binary quantities that are below 1024, or not whole, become
    decimal.
    See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
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
