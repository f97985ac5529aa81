"""What the API server would refuse is told by the check, all at once. tests/api_rules has the single values."""

from collections.abc import Callable

import pytest
from anykube.settings.problems import Problem

from tests.cases.reading import case_problems

Problems = Callable[..., tuple[Problem, ...]]

APPS = "cluster: {cloud: local, pools: {servers: {count: 1}}}\napps:\n"


def test_case_21() -> None:
    [problem] = case_problems("21-externalname-ip")
    assert problem.path == "apps.db.host"
    assert "addresses: [10.0.0.5]" in problem.remedy


def test_case_32() -> None:
    remedies = {problem.path: problem.remedy for problem in case_problems("32-check-silent")}
    assert set(remedies) == {"apps.night.schedule", "apps.berlin.time_zone", "apps.ip.routes[0].host"}
    assert "the minute as 0 to 59, instead of 61" in remedies["apps.night.schedule"]
    assert "the hour as 0 to 23, instead of 25" in remedies["apps.night.schedule"]
    assert "did you mean Europe/Berlin?" in remedies["apps.berlin.time_zone"]
    assert "not an IP address" in remedies["apps.ip.routes[0].host"]


@pytest.mark.parametrize(
    ("host", "corrected"),
    [
        ("Shop.Example.com", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("https://shop.example.com:8443/cart", "shop.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
    ],
)
def test_corrects_hosts(problems: Problems, host: str, corrected: str) -> None:
    [problem] = problems(page=f"{APPS}  web: {{image: 'a:1', routes: [{{host: '{host}'}}]}}\n")
    assert problem.remedy.endswith(f": {corrected}")


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ("", "apps.db", "neither host nor addresses"),
        ("addresses: []", "apps.db", "neither host nor addresses"),
        ("addresses: [10.0.0.5]", "apps.db.addresses", "have no port"),
        ("host: a.b, addresses: [10.0.0.5], port: 1", "apps.db.addresses", "together with host"),
        ("host: a.b, port: 1", "apps.db.port", "not allowed with host"),
        ("addresses: [10.0.0.5, 10.0.0.5], port: 1", "apps.db.addresses[1]", "a second time"),
        ("addresses: ['fd00::5'], port: 1", "apps.db.addresses[0]", "only IPv4"),
    ],
)
def test_rejects_external_services(problems: Problems, fields: str, path: str, message: str) -> None:
    [problem] = problems(page=f"{APPS}  db: {{kind: external{', ' if fields else ''}{fields}}}\n")
    assert problem.path == path
    assert message in problem.message


def test_existing_clusters_may_have_ipv6(problems: Problems) -> None:
    page = "cluster: {cloud: existing, kubeconfig: x}\napps: {db: {kind: external, port: 1, addresses: [%s]}}\n"
    assert problems(page=page % "'fd00::5', 'fd00::6'") == ()
    [problem] = problems(page=page % "'fd00::5', 10.0.0.5")
    assert "both IPv4 and IPv6" in problem.message


@pytest.mark.parametrize(
    ("access", "path", "text"),
    [
        ("rules: [{resources: [Pod], verbs: [get]}]", "rules[0].resources[0]", "plural name"),
        ("rules: [{resources: [pods], verbs: [read]}]", "rules[0].verbs[0]", "deletecollection"),
        ("rules: [{resources: [pods], verbs: []}]", "rules[0].verbs", "at least 1"),
        ("rules: [{groups: [apps/v1], resources: [pods], verbs: [get]}]", "rules[0].groups[0]", "without a version"),
        ("rules: [{urls: [/metrics], verbs: [get], resources: [x]}]", "rules[0].urls", "fields are"),
        ("cluster_rules: [{verbs: [get]}]", "cluster_rules[0]", "set one of them"),
        ("cluster_rules: [{urls: [/a], resources: [a], verbs: [get]}]", "cluster_rules[0].urls", "rule of its own"),
        ("cluster_rules: [{urls: [/a], groups: [a], verbs: [get]}]", "cluster_rules[0].groups", "remove it"),
        ("cluster_rules: [{urls: [metrics], verbs: [get]}]", "cluster_rules[0].urls[0]", "must be a path"),
    ],
)
def test_rejects_rules_for_the_api(problems: Problems, access: str, path: str, text: str) -> None:
    [problem] = problems(page=f"{APPS}  web: {{image: 'a:1', api_access: {{{access}}}}}\n")
    assert problem.path == f"apps.web.api_access.{path}"
    assert text in problem.remedy
