"""The Kubernetes versions in standard support, by date."""

import itertools
from datetime import date
from typing import get_args

import pytest
from anykube._clusters.clouds import CLOUDS
from anykube._clusters.managed import Version
from anykube_policies.clusters import eks, versions
from anykube_policies.fields import Fields
from anykube_policies.resource import Resource


@pytest.mark.parametrize(
    ("cloud", "version", "last"),
    [
        ("aws", "1.34", date(2026, 12, 1)),
        ("aws", "1.35", date(2027, 3, 26)),
        ("gcp", "1.34.7-gke.1080000", date(2026, 9, 30)),
        ("gcp", "1.35", date(2027, 4, 10)),
        ("azure", "1.34.4", date(2026, 11, 29)),
        ("azure", "1.36", date(2027, 6, 29)),
        # A version older than all known ones ended before them.
        ("aws", "1.9", date(2026, 7, 28)),
    ],
)
def test_support_ends_after_the_last_day(cloud: str, version: str, last: date) -> None:
    assert CLOUDS[cloud].supports(version, last)
    assert not CLOUDS[cloud].supports(version, date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("version", ["1.100", "2.0", "latest", "-", ""])
def test_newer_and_malformed_versions_pass(cloud: str, version: str) -> None:
    assert CLOUDS[cloud].supports(version, date(2100, 1, 1))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_table_is_in_order_and_has_all_versions_of_the_settings(cloud: str) -> None:
    last_days = CLOUDS[cloud].support
    assert all(day < next_day for day, next_day in itertools.pairwise(last_days.values()))
    assert set(get_args(Version)) - set(last_days) <= {"1.36"}


def test_the_rule_uses_todays_date(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Resource(eks.CLUSTER, "it", "urn", Fields({"version": "1.35"}))
    check = versions.outdated(CLOUDS["aws"], eks.versions)
    monkeypatch.setattr(versions, "today", lambda: date(2027, 3, 26))
    assert check(cluster) is None
    monkeypatch.setattr(versions, "today", lambda: date(2027, 3, 27))
    assert check(cluster) == "runs Kubernetes 1.35, which is no longer in EKS standard support"
