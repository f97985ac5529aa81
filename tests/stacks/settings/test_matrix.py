"""The capability table matches the rules: settings with a field have the messages of its cell."""

import ast
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from anykube._clusters.aks import rules as aks
from anykube._clusters.gke import rules as gke
from anykube._rules import capabilities, managed, pods, routes, routing
from anykube._rules.findings import Finding
from anykube._rules.source import SourceNode
from anykube.settings.combinations import ALL, COLUMNS, COMBINATIONS, Column, messages, minimal_settings
from anykube.settings.loader import load
from anykube.settings.matrix import MATRIX, cell, fields, matrix
from anykube.settings.problems import Problem, SettingsError

_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_SUBNET = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets"

_VALID: dict[str, Any] = {
    "cloud": {"aws": "aws", "gcp": "gcp", "azure": "azure", "local": "local"},
    "name": "other",
    "region": {"aws": "us-east-1", "gcp": "us-east1", "azure": "northeurope"},
    "version": "1.36",
    "mode": {"standard": "standard", "managed": "managed"},
    "zones": {
        "aws": ["eu-west-1b", "eu-west-1c"],
        "gcp": ["europe-west1-b", "europe-west1-d"],
        "azure": ["2", "3"],
        "local": ["x", "y"],
    },
    "api.public": ["203.0.113.0/24"],
    "api.internal": ["10.200.0.0/16"],
    "api.deploy_from": "network",
    "api.anywhere": True,
    "access.admins": {
        "aws": ["arn:aws:iam::123456789012:role/x"],
        "gcp": ["user:a@b.example"],
        "azure": [f"group:{_SUBSCRIPTION}"],
    },
    "network.cidr": "10.1.0.0/16",
    "network.services": "172.21.0.0/16",
    "network.nat": {"aws": "single", "gcp": "zone", "azure": "single"},
    "maintenance.days": ["saturday"],
    "maintenance.start": "22:30",
    "maintenance.hours": 13,
    "gateway_api": False,
    "protect": False,
    "tags": {"team": "shop"},
    "eks.vpc.id": "vpc-01234567",
    "eks.vpc.private_subnets": ["a", "b"],
    "eks.vpc.public_subnets": ["c"],
    "eks.account": "123456789012",
    "eks.log_types": ["api"],
    "eks.log_days": 30,
    "eks.support": "EXTENDED",
    "eks.permissions_boundary": "arn:aws:iam::123456789012:policy/boundary",
    "gke.project": "other-project",
    "gke.network.network": "n",
    "gke.network.subnetwork": "s",
    "gke.network.pods": "p",
    "gke.network.services": "v",
    "gke.pods": "10.8.0.0/14",
    "gke.control_plane": "172.16.1.0/28",
    "gke.dns_endpoint": True,
    "gke.security_group": "gke-security-groups@b.example",
    "gke.channel": "STABLE",
    "gke.logs": ["WORKLOADS"],
    "aks.subscription": "11111111-0000-0000-0000-000000000000",
    "aks.network.nodes": f"{_SUBNET}/nodes",
    "aks.network.api_server": f"{_SUBNET}/api",
    "aks.network.load_balancers": f"{_SUBNET}/balancers",
    "aks.network.outbound": "userDefinedRouting",
    "aks.log_categories": ["guard"],
    "aks.pods": "10.245.0.0/16",
    "aks.tier": "Premium",
    "aks.channel": "patch",
    "aks.log_days": 30,
    "aks.host_encryption": True,
    "aks.secure_boot": True,
    "aks.dns_zone": f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/d/providers/Microsoft.Network/dnszones/b.example",
    "aks.lock": False,
    "unpullable_images": "x",
    "crashing_images": "x",
    "pools.count": 4,
    "pools.min": 2,
    "pools.max": 8,
    "pools.machine.cpu": 4,
    "pools.machine.memory": "16Gi",
    "pools.machine.arch": "arm64",
    "pools.machine.gpu": 1,
    "pools.machine.type": {"aws": "m7g.large", "gcp": "e2-medium", "azure": "Standard_D4s_v5", "local": "x"},
    "pools.labels": {"a": "b"},
    "pools.taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}],
    "pools.zones": {"aws": ["eu-west-1a"], "gcp": ["europe-west1-b"], "azure": ["1"], "local": ["local-a"]},
    "pools.spot": True,
    "pools.disk": 100,
    "pools.surge": {"aws": "50%", "gcp": "3", "azure": "50%", "local": "1"},
    "pools.eks.image": "Bottlerocket",
    "pools.gke.image": "UBUNTU_CONTAINERD",
    "pools.gke.disk_type": "pd-ssd",
    "pools.gke.gpu_driver": "LATEST",
    "pools.aks.image": "Ubuntu",
}
"""A valid value of each field: one for all, or one for each cloud or mode."""
_VALID |= {f"access.{role}": _VALID["access.admins"] for role in ("deployers", "reviewers", "previewers", "viewers")}
_REQUIRED_FIELDS = {
    "eks.vpc": {"id": "vpc-01234567", "private_subnets": ["a", "b"]},
    "aks.network": {part: f"{_SUBNET}/{part}" for part in ("nodes", "api_server", "load_balancers")},
    "gke.network": {"network": "n", "subnetwork": "s", "pods": "p", "services": "v"},
    "maintenance": {"hours": 13},
}
"""Sections that a field requires."""
_ZONES_OF_OTHER_REGION = {"aws": ["us-east-1a", "us-east-1b"], "gcp": ["us-east1-b", "us-east1-c"]}


def settings_with(column: Column, field: str, value: object) -> dict[str, Any]:
    """Settings that are valid, except perhaps for the field."""
    cluster = _data(minimal_settings(column))["cluster"]
    if field == "region" and column.cloud in _ZONES_OF_OTHER_REGION:
        cluster["zones"] = _ZONES_OF_OTHER_REGION[column.cloud]
    *above, last = ["pools", "extra", *field.split(".")[1:]] if field.startswith("pools.") else field.split(".")
    if field.startswith("pools.") and field not in ("pools.count", "pools.min", "pools.max"):
        cluster.setdefault("pools", {})["extra"] = {"count": 1}
    if field in ("pools.min", "pools.max"):
        cluster.setdefault("pools", {})["extra"] = {"min": 1, "max": 8}
    if field == "pools.machine.gpu":
        cluster.setdefault("pools", {})["extra"]["machine"] = {"cpu": 4, "memory": "16Gi"}
    for path, section in _REQUIRED_FIELDS.items():
        if field.startswith(f"{path}."):
            _section(cluster, path.split(".")[:-1])[path.split(".")[-1]] = deepcopy(section)
    _section(cluster, above)[last] = value
    return {"cluster": cluster}


def _data(source: SourceNode) -> dict[str, Any]:
    data = source.to_data()
    assert isinstance(data, dict)
    return data


def _section(cluster: dict[str, Any], steps: list[str]) -> dict[str, Any]:
    section = cluster
    for step in steps:
        section = section.setdefault(step, {})
    return section


def problems_of(folder: Path, settings: dict[str, Any]) -> tuple[Problem, ...]:
    (folder / "page.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    try:
        load("page", folder)
    except SettingsError as wrong:
        return wrong.problems
    return ()


def _value(column: Column, field: str) -> object:
    value = _VALID[field]
    if isinstance(value, dict) and {"aws", "standard"} & value.keys():
        return value.get(column.cloud, value.get(column.mode, "x"))
    return value


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.title)
def test_cells_match_the_rules(tmp_path: Path, column: Column) -> None:
    for field in fields():
        cell_ = cell(column, field)
        problems = problems_of(tmp_path, settings_with(column, field, _value(column, field)))
        relevant = [problem for problem in problems if _is_about(problem.path, field)]
        if cell_.supported:
            assert relevant == [], (column.title, field, relevant)
        else:
            assert any(cell_.unsupported[0].problem in problem.message for problem in relevant), (field, problems)
        for entry in cell_.unsupported if cell_.supported else ():
            at = f"pools.{entry.field}" if field.startswith("pools.") else entry.field
            rejected = problems_of(tmp_path, settings_with(column, at, deepcopy(entry.example)))
            assert entry.problem in [problem.message for problem in rejected], (column.title, field, rejected)


def _is_about(path: str, field: str) -> bool:
    """Whether a problem is about the field: at its path, above or below."""
    section = "cluster." + (f"pools.extra.{field.removeprefix('pools.')}" if field.startswith("pools.") else field)
    plain = path.partition("[")[0]
    return plain != "cluster" and (f"{section}.".startswith(f"{plain}.") or plain.startswith(f"{section}."))


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.title)
def test_minimal_settings_are_valid(tmp_path: Path, column: Column) -> None:
    assert problems_of(tmp_path, settings_with(column, "name", "a")) == ()


@pytest.mark.parametrize("column", ALL, ids=lambda column: column.title)
def test_combinations_match_the_rules(tmp_path: Path, column: Column) -> None:
    for combination in COMBINATIONS:
        settings = combination.settings(column)
        if settings is None:
            assert messages(column, combination) is None
        else:
            reported = {f"{problem.path}: {problem.message}" for problem in problems_of(tmp_path, _data(settings))}
            assert reported == set(messages(column, combination) or ()), (column.title, combination.label)


def test_combinations_are_rejected_by_some_cluster() -> None:
    assert [
        combination.label for combination in COMBINATIONS if not any(messages(column, combination) for column in ALL)
    ] == []


_BY_CLOUD: list[tuple[ModuleType, set[str] | None]] = [
    (aks, None),
    (gke, None),
    (managed, None),
    (capabilities, {"mode"}),
    (routing, {"route_kinds", "traffic_splits", "redirects", "certificates", "_managed_certificates"}),
    (pods, {"identities"}),
    (routes, {"tls"}),
]
"""Modules with rules that depend on the cloud, and the names of these rules. None: all rules."""
_FOR_ALL_CLOUDS = {
    "only the stack that has the cluster can grant an identity, and this is another stack",
}
"""Messages of these rules that do not depend on the cloud."""


def test_table_has_every_message_that_depends_on_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set[tuple[str, int]]()

    def noted(*arguments: Any) -> Finding:
        frame = sys._getframe(1)
        seen.add((frame.f_globals["__name__"], frame.f_lineno))
        return Finding(*arguments)

    for module, _ in _BY_CLOUD:
        monkeypatch.setattr(module, "Finding", noted)
    for combination in COMBINATIONS:
        for column in ALL:
            messages(column, combination)
    missing = [
        f"{module.__name__}:{call.lineno}"
        for module, names in _BY_CLOUD
        for call, what in _sentences(module, names)
        if not any(said_of_any in what for said_of_any in _FOR_ALL_CLOUDS)
        and not any(name == module.__name__ and call.lineno <= line <= (call.end_lineno or 0) for name, line in seen)
    ]
    assert missing == []


def _sentences(module: ModuleType, names: set[str] | None) -> Iterator[tuple[ast.Call, str]]:
    """All calls of `Finding` in these functions, with the source of the message."""
    for function in ast.parse(Path(str(module.__file__)).read_text()).body:
        if isinstance(function, ast.FunctionDef) and (names is None or function.name in names):
            assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding":
                    what = node.args[1]
                    before = [
                        assignment
                        for assignment in assigned
                        if assignment.lineno < node.lineno and _named(assignment, what)
                    ]
                    yield (
                        node,
                        ast.unparse(max(before, key=lambda assignment: assignment.lineno).value if before else what),
                    )


def _named(assignment: ast.Assign, value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and ast.unparse(assignment.targets[0]) == value.id


def test_table_is_up_to_date() -> None:
    assert MATRIX.read_text(encoding="utf-8") == matrix()
