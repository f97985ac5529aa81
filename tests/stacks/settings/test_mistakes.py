"""Twelve kinds of mistakes: alone, in pairs, and all at once. Each is reported exactly once."""

from collections.abc import Callable
from itertools import combinations

import pytest
import yaml
from anykube.settings.problems import Problem

Problems = Callable[..., tuple[Problem, ...]]

PAGE = """
cluster:
  cloud: local
  pools:
    servers:
      min: 1
      max: 3
      machine: {cpu: 2, memory: 4Gi}
      labels: {tier: front}
      taints: [{key: dedicated, effect: NoSchedule}]
apps:
  web:
    image: registry.example/web:1.0.0
    replicas: 2
    port: 8080
    routes:
      - {host: www.example.com, tls: {secret_name: www-tls}, paths: [{path: /}, {path: /api, app: api}]}
      - {host: shop.example.com}
  api:
    image: registry.example/api:1.0.0
    args: [serve]
"""

Keys = tuple[str | int, ...]
_ABSENT = object()
_POOL: Keys = ("cluster", "pools", "servers")
_WEB: Keys = ("apps", "web")

# What to put where, then the path, and a word of what and of remedy.
MISTAKES: dict[str, tuple[Keys, object, str, str, str]] = {
    "unknown field": ((*_WEB, "replica"), 3, "apps.web.replica", "unknown field", "mean"),
    "wrong type": (("apps", "api", "args"), "serve", "apps.api.args", "expected a list", "below"),
    "negative replicas": ((*_WEB, "replicas"), -1, "apps.web.replicas", "-1", "at least 0"),
    "port": ((*_WEB, "port"), 70000, "apps.web.port", "70000", "at most 65535"),
    "min above max": ((*_POOL, "min"), 5, "cluster.pools.servers.min", "greater than max", "raise max"),
    "quantity": ((*_POOL, "machine", "memory"), "4 GB", "cluster.pools.servers.machine.memory", "4 GB", "8Gi"),
    "duplicate": (
        (*_WEB, "routes", 1, "host"),
        "www.example.com",
        "apps.web.routes[1]",
        "already has a route",
        "change",
    ),
    "tls without host": ((*_WEB, "routes", 0, "host"), _ABSENT, "apps.web.routes[0].tls", "no host", "add the host"),
    "taint": ((*_POOL, "taints", 0, "effect"), _ABSENT, "cluster.pools.servers.taints[0].effect", "required", "add"),
    "label": ((*_POOL, "labels", "tier"), "front end", "cluster.pools.servers.labels.tier", "front end", "letters"),
    "image": (("apps", "api", "image"), _ABSENT, "apps.api.image", "required", "add"),
    "target": ((*_WEB, "routes", 0, "paths", 1, "app"), "apy", "apps.web.routes[0].paths[1].app", "apy", "mean api"),
}


def page_with(*names: str) -> str:
    page = yaml.safe_load(PAGE)
    for name in names:
        keys, value = MISTAKES[name][:2]
        place = page
        for key in keys[:-1]:
            place = place[key]
        if value is _ABSENT:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value
    return str(yaml.safe_dump(page))


def test_settings_are_valid_without_mistakes(problems: Problems) -> None:
    assert problems(page=page_with()) == ()


@pytest.mark.parametrize("name", MISTAKES)
def test_reports_one_mistake(problems: Problems, name: str) -> None:
    (problem,) = problems(page=page_with(name))
    _, _, path, what, remedy = MISTAKES[name]
    assert problem.path == path
    assert what in problem.message
    assert remedy in problem.remedy
    assert problem.line is not None


# Removing the one host leaves nothing to be a duplicate of, so here the duplicate is made of the other route.
@pytest.mark.parametrize("pair", list(combinations(MISTAKES, 2)), ids=" and ".join)
def test_reports_two_mistakes(problems: Problems, pair: tuple[str, str]) -> None:
    if set(pair) == {"duplicate", "tls without host"}:
        reported = problems(page=both_on_separate_routes())
    else:
        reported = problems(page=page_with(*pair))
    assert sorted(problem.path for problem in reported) == sorted(expected(*pair))


def test_reports_all_mistakes(problems: Problems) -> None:
    others = [name for name in MISTAKES if name not in ("duplicate", "tls without host")]
    reported = problems(page=both_on_separate_routes(*others))
    assert sorted(problem.path for problem in reported) == sorted(expected(*MISTAKES))


def expected(*names: str) -> list[str]:
    separate = {"duplicate", "tls without host"} <= set(names)
    return ["apps.web.routes[2].tls" if separate and n == "tls without host" else MISTAKES[n][2] for n in names]


def both_on_separate_routes(*others: str) -> str:
    page = yaml.safe_load(page_with("duplicate", *others))
    page["apps"]["web"]["routes"].append({"tls": {"secret_name": "any-tls"}})
    return str(yaml.safe_dump(page))
