from decimal import Decimal

import pytest
from anykube._names import amount
from anykube._workloads.quantities import canonical
from hypothesis import given
from hypothesis import strategies as st


# The canonical forms that an API server 1.36 returns in a ResourceQuota.
@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("1000", "1k"),
        ("2500", "2500"),
        ("128000k", "128M"),
        ("0.0001", "1m"),
        ("512Mi", "512Mi"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1024Pi", "1Ei"),
        ("0.5Ki", "512"),
        ("0.3Ki", "307200m"),
        ("1.5Ki", "1536"),
        ("3.7Mi", "3879731200m"),
        ("12345678901234567m", "12345678901234567m"),
    ],
)
def test_canonical_form_of_the_api_server(quantity: str, expected: str) -> None:
    assert canonical(quantity) == expected


@given(
    st.decimals(min_value=Decimal("0.001"), max_value=10_000, places=3),
    st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"]),
)
def test_canonical_form_keeps_the_amount_and_is_idempotent(number: Decimal, suffix: str) -> None:
    result = canonical(f"{number}{suffix}")
    assert 0 <= amount(result) - amount(f"{number}{suffix}") < Decimal("0.001")
    assert canonical(result) == result
