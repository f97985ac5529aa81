"""A page with twelve mistakes: all in one answer, and nothing is made."""

import json

import psutil
import pytest

from tests.e2e.checkout import Checkout

_PAGE = """\
cluster:
  cloud: local
  pools:
    servers: {min: 3, max: 1, machine: {memory: 8Gigs}, labels: {team: "no spaces, please"}}
    system: {count: 1, taints: [{key: CriticalAddonsOnly}], colour: blue}
apps:
  web:
    image: registry.example/web:1.0.0
    replicas: -1
    port: 70000
    routes:
      - {host: www.localhost, paths: [{path: /}, {path: /, app: api}]}
      - {tls: {issuer: cluster}, paths: [{path: /nowhere, app: nobody}]}
  api:
    replicas: "two"
"""
_PATHS = (
    "cluster.pools.servers.min",
    "cluster.pools.servers.machine.memory",
    "cluster.pools.servers.labels.team",
    "cluster.pools.system.taints[0].effect",
    "cluster.pools.system.colour",
    "apps.web.replicas",
    "apps.web.port",
    "apps.web.routes[0].paths[1]",
    "apps.web.routes[1]",
    "apps.web.routes[1].paths[0].app",
    "apps.api.image",
    "apps.api.replicas",
)


@pytest.fixture(scope="module")
def wrong(checkout: Checkout) -> Checkout:
    assert checkout.environment  # a plain shell, from before the page was wrong
    (checkout.folder / "stacks" / "environments" / "local.yaml").write_text(_PAGE)
    return checkout


def _told(answer: str) -> list[str]:
    lines = [line.strip() for line in answer.splitlines()]
    return [line for line in lines if line.startswith("stacks/environments/local.yaml:")]


def test_the_check_says_all_twelve(wrong: Checkout) -> None:
    said = wrong.run(".anykube/venv/bin/anykube", "settings", "check", "local", ok=False)
    assert said.code == 2
    assert len(_told(said.err)) == 12
    assert [path for path in _PATHS if path not in said.err] == []


def test_make_up_does_not_begin(wrong: Checkout) -> None:
    said = wrong.make("up", ok=False)
    assert said.code == 2
    assert len(_told(said.err)) == 12
    assert "Updating" not in said.all


def test_plain_up_says_the_same_and_makes_nothing(wrong: Checkout) -> None:
    said = wrong.pulumi("up", "--yes", "--skip-preview", "--stack", "local", ok=False)
    assert said.code != 0
    assert "Traceback" not in said.all
    assert "12 mistakes" in said.all
    assert [path for path in _PATHS if path not in said.all] == []
    resources = json.loads(wrong.state())["deployment"].get("resources", [])
    assert {resource["type"] for resource in resources} <= {"pulumi:pulumi:Stack"}
    # The service of the state ends by itself, some seconds after the last engine.
    psutil.wait_procs(wrong.processes(), timeout=30)
    assert wrong.processes() == []
