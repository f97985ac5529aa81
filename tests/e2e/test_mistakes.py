"""Settings with twelve mistakes: all are reported at once, and nothing is created."""

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
def invalid(checkout: Checkout) -> Checkout:
    assert checkout.environment  # read it before the settings are invalid
    (checkout.folder / "stacks" / "environments" / "local.yaml").write_text(_PAGE)
    return checkout


def _problem_lines(output: str) -> list[str]:
    lines = [line.strip() for line in output.splitlines()]
    return [line for line in lines if line.startswith("stacks/environments/local.yaml:")]


def test_check_lists_all_mistakes(invalid: Checkout) -> None:
    result = invalid.run(".anykube/venv/bin/anykube", "settings", "check", "local", ok=False)
    assert result.code == 2
    assert len(_problem_lines(result.err)) == 12
    assert [path for path in _PATHS if path not in result.err] == []


def test_make_up_does_not_start(invalid: Checkout) -> None:
    result = invalid.make("up", ok=False)
    assert result.code == 2
    assert len(_problem_lines(result.err)) == 12
    assert "Updating" not in result.all


def test_pulumi_up_lists_mistakes_and_creates_nothing(invalid: Checkout) -> None:
    result = invalid.pulumi("up", "--yes", "--skip-preview", "--stack", "local", ok=False)
    assert result.code != 0
    assert "Traceback" not in result.all
    assert "12 mistakes" in result.all
    assert [path for path in _PATHS if path not in result.all] == []
    resources = json.loads(invalid.state())["deployment"].get("resources", [])
    assert {resource["type"] for resource in resources} <= {"pulumi:pulumi:Stack"}
    # The state service exits by itself, some seconds after the last engine.
    psutil.wait_procs(invalid.processes(), timeout=30)
    assert invalid.processes() == []
