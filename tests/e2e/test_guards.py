"""Dangerous changes of a page, on each simulated cloud: each is stopped by its field, and passes when it is named.

A small stack stays up for each cloud. Every change is previewed once by the real engine; the guard judges that preview
without names, and with those that it asked for.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import typer
from anykube_cli.engine import Engine
from anykube_cli.guards import GuardedChange, evaluate, find_guarded_changes
from anykube_cli.previews import preview
from anykube_cli.runs import require_unprotected
from ruamel.yaml import YAML

from tests.e2e.checkout import Checkout
from tests.e2e.kept_rehearsal import KeptRehearsal

_VOLUME = {"path": "/data", "type": "claim", "size": "1Gi"}
# No volume is made here, so that no pod could have one.
_APPS: dict[str, Any] = {
    "db": {"kind": "stateful", "image": "registry.example/db:1.0.0", "replicas": 0, "port": 5432},
    "files": {"kind": "cronjob", "image": "registry.example/files:1.0.0", "schedule": "15 3 * * *"},
}
_APPS["db"]["volumes"] = {"data": _VOLUME}
_APPS["files"]["volumes"] = {"data": {**_VOLUME, "access": "ReadWriteMany"}}

Changes = Mapping[str, object]
"""Values by the paths of a page's fields; None takes the field away."""


@dataclass(frozen=True)
class Change:
    """A dangerous change, and how the cause begins that has to be told of each thing."""

    changes: Changes
    causes: Mapping[str, str]


@dataclass(frozen=True)
class Cloud:
    """A cloud, the cluster of its page without pools, and what is dangerous there."""

    name: str
    cluster: Changes
    taint: str
    dangerous: Mapping[str, Change]
    protected: frozenset[str] = frozenset({"guarded-cluster"})
    """What `protect` holds."""

    @cached_property
    def page(self) -> dict[str, Any]:
        """The page, protected."""
        taint = {"key": self.taint, "value": "true", "effect": "NoSchedule"}
        pools = {
            "system": {"min": 3, "max": 4, "machine": {"cpu": 2, "memory": "8Gi"}, "taints": [taint]},
            "servers": {"min": 2, "max": 4, "machine": {"cpu": 4, "memory": "16Gi"}},
        }
        api = {"public": ["203.0.113.0/24"], "deploy_from": "203.0.113.0/24"}
        cluster = {"cloud": self.name, "name": "guarded", "api": api, **self.cluster, "pools": pools}
        return {"cluster": cluster, "namespace": "shop", "apps": _APPS, "policies": {"profile": "development"}}

    @property
    def stack(self) -> str:
        """Its stack."""
        return f"{self.name}-guarded"


_MACHINE = {"cpu": 8, "memory": "32Gi"}
_HARMLESS = {
    "cluster.pools.servers.max": 6,
    "cluster.pools.servers.labels": {"team": "shop"},
    "apps.db.image": "registry.example/db:2.0.0",
    # Claims of pods grow in place. Pulumi ignores the templates, which a StatefulSet cannot change.
    "apps.db.volumes.data.size": "2Gi",
    "apps.files.volumes.data.size": "2Gi",
}
_OTHER_NAME = {"cluster.name": "another"}
_OTHER_RANGE = {"cluster.network": {"cidr": "10.1.0.0/16"}}

CLOUDS = {
    "aws": Cloud(
        "aws",
        {"region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]},
        "CriticalAddonsOnly",
        {
            "another range of addresses": Change(
                _OTHER_RANGE,
                {
                    "guarded-vpc": "cidrBlock: 10.0.0.0/16 → 10.1.0.0/16",
                    "guarded-private-eu-west-1a": "cidrBlock: 10.0.0.0/18 → 10.1.0.0/18",
                    "guarded-servers": "subnetIds: ",
                },
            ),
            "another machine": Change(
                {"cluster.pools.servers.machine": _MACHINE},
                {"guarded-servers": 'instanceTypes: ["m7i.xlarge"] → ["m7i.2xlarge"]'},
            ),
            "a pool renamed": Change(
                {"cluster.pools.servers": None, "cluster.pools.workers": {"count": 2}},
                {"guarded-servers": "cluster.pools"},
            ),
            "another name": Change(
                _OTHER_NAME,
                {
                    "guarded-cluster": "cluster.name: guarded → another",
                    "guarded-secrets": "cluster.name: guarded → another",
                    "shop-namespace": "provider",
                },
            ),
        },
    ),
    "gcp": Cloud(
        "gcp",
        {"region": "europe-west1", "zones": ["europe-west1-b", "europe-west1-c"], "gke": {"project": "my-project"}},
        "components.gke.io/gke-managed-components",
        {
            "a pool removed": Change({"cluster.pools.servers": None}, {"guarded-servers": "cluster.pools"}),
            "another region": Change(
                {"cluster.region": "europe-west4", "cluster.zones": ["europe-west4-a", "europe-west4-b"]},
                {"guarded-cluster": "location: europe-west1 → europe-west4"},
            ),
            "the nodes become the cloud's": Change(
                {"cluster.mode": "managed", "cluster.pools": None}, {"guarded-cluster": "enableAutopilot"}
            ),
        },
    ),
    "azure": Cloud(
        "azure",
        {
            "region": "westeurope",
            "zones": ["1", "2"],
            "aks": {"subscription": "00000000-0000-0000-0000-000000000000"},
        },
        "CriticalAddonsOnly",
        {
            "a pool removed": Change(
                {"cluster.pools.servers": None},
                {"guarded-servers-1": "cluster.pools", "guarded-servers-2": "cluster.pools"},
            ),
            "an app with a volume removed": Change({"apps.files": None}, {"files-claim-data": "apps.files"}),
            "another namespace": Change({"namespace": "market"}, {"shop-namespace": "namespace"}),
        },
        # A lock holds the pools too.
        frozenset({"guarded-cluster", "guarded-servers-1", "guarded-servers-2"}),
    ),
}


class Stack:
    """A stack that stays up, its page, and what the guard says of a change."""

    def __init__(self, checkout: Checkout, cloud: Cloud) -> None:
        self.cloud, self._page = cloud, deepcopy(cloud.page)
        _write(checkout.folder / "stacks" / "environments" / f"{cloud.stack}.yaml", self._page)
        self._kept = KeptRehearsal(checkout, cloud.stack)
        self.engine = Engine(cloud.stack, self._kept.with_credentials, self._kept.folder / "project", self._kept.folder)

    def guarded_changes(self, changes: Changes) -> list[GuardedChange]:
        """What a preview of the page with these changes finds."""
        self._changed(changes)
        return find_guarded_changes(preview(self.engine))

    def unprotect(self) -> None:
        """The first of two steps."""
        self._changed({"cluster.protect": False})
        assert find_guarded_changes(preview(self.engine)) == [], "lifting the protection needs no name"
        self._kept.pulumi("up", "--yes", "--skip-preview")
        self._page["cluster"]["protect"] = False

    def _changed(self, changes: Changes) -> None:
        page = deepcopy(self._page)
        for path, value in changes.items():
            *above, last = path.split(".")
            at = page
            for key in above:
                at = at[key]
            if value is None:
                del at[last]
            else:
                at[last] = value
        _write(self._kept.folder / "environments" / f"{self.cloud.stack}.yaml", page)


def _write(file: Path, page: Mapping[str, Any]) -> None:
    YAML().dump(deepcopy(page), file)


@pytest.fixture(scope="module", params=CLOUDS)
def protected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    checkout = Checkout(tmp_path_factory.mktemp("guards") / "anykube")
    try:
        stack = Stack(checkout, CLOUDS[request.param])
        yield stack
        checkout.make("rehearse", f"STACK={stack.cloud.stack}", "END=1")
    finally:
        checkout.remove()


@pytest.fixture(scope="module")
def lifted(protected: Stack) -> Stack:
    protected.unprotect()
    return protected


def test_protected_resources_stay_even_if_allowed(protected: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    changes = protected.guarded_changes(_OTHER_NAME)
    stopped = evaluate(changes, {change.name for change in changes})
    assert {change.name for change in stopped.stopped} >= protected.cloud.protected
    assert "First set `protect: false` under `cluster`" in stopped.sentences("prod")
    with pytest.raises(typer.Exit) as ended:
        require_unprotected(protected.engine)
    assert ended.value.exit_code == 2
    assert "Nothing was removed" in capsys.readouterr().err


def test_dangerous_changes_are_blocked_unless_allowed(lifted: Stack) -> None:
    missing: list[object] = []
    for description, change in lifted.cloud.dangerous.items():
        guarded = lifted.guarded_changes(change.changes)
        reported = [(entry.name, str(cause)) for entry in evaluate(guarded).stopped for cause in entry.fields]
        for name, begins in change.causes.items():
            if not any(entry == name and cause.startswith(begins) for entry, cause in reported):
                missing.append((description, name, begins, reported))
        names = {entry.name for entry in guarded}
        assert evaluate(guarded, names).passes, description
        for entry in names:
            assert not evaluate(guarded, names - {entry}).passes, (description, entry)
    assert missing == []


def test_harmless_changes_need_no_allow_option(lifted: Stack) -> None:
    assert lifted.guarded_changes(_HARMLESS) == []
