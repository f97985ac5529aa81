"""The keys of the --json output, which docs/reference/json-output.md lists."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path as File
from typing import Any

import pytest
from anykube._rules.findings import Finding
from anykube.settings.effective import Difference, Setting
from anykube.settings.policies import Policies, Waiver
from anykube_cli import json_output
from anykube_cli.assessment import Assessment
from anykube_cli.commands.root import cli
from anykube_cli.guards import Field, GuardedChange, Verdict
from anykube_cli.importing.comparison import Entry, Status
from anykube_cli.importing.compose import ComposeItem
from anykube_cli.importing.reading import Document
from anykube_cli.importing.report import as_json
from anykube_cli.importing.result import Result, SecretValue
from anykube_cli.live import ClusterSnapshot, Node, Pod, Route
from anykube_cli.locks import Lock
from anykube_cli.policies import Violation
from anykube_cli.preflight import PreflightResult, Problem
from anykube_cli.revisions import Revision
from anykube_cli.state_service.store import Engine as Holder
from anykube_cli.sweep.survey import Survey
from anykube_cli.sweep.sweep import Kept, Leftover, Unproven
from anykube_cli.toolchain.finder import InstalledTool
from anykube_cli.toolchain.tools import TOOLS
from typer.testing import CliRunner

_DOCS = File(__file__).parents[2] / "docs" / "reference" / "json-output.md"
_URN = "urn:pulumi:local::shop::kubernetes:apps/v1:Deployment::web"
_VIOLATION = Violation("pod-privileged", _URN, True, "runs privileged")
_CHANGE = GuardedChange(_URN, "replaced", (Field("spec.selector", "a → b"),))

_SERVICE = ComposeItem(Document("compose.yaml", 1, {}), "web")
_SURVEY = Survey(
    cluster_exists=False,
    leftovers=[
        Leftover("security group sg-1", lambda: None, "a tag"),
        Leftover("interface eni-1", lambda: None, "a tag"),
    ],
    unproven=[Unproven("security group sg-2", "no tag", "aws ec2 delete-security-group")],
    kept=[Kept("volume vol-1", "20 GiB a month", "aws ec2 delete-volume")],
)
_DOCUMENTS: dict[str, Any] = {
    "sweep": _SURVEY.document("aws-dev", {"security group sg-1"}),
    "show": json_output.show(
        "local",
        ClusterSnapshot(
            nodes=[Node("n0", "servers", "a", "amd64", "4", "8Gi", ("k=v:NoSchedule",), True, True)],
            pods=[
                Pod("shop", "web", "web-0", "n0", True, "Running"),
                Pod("shop", "web", "web-1", "n0", False, "ErrImagePull"),
            ],
            routes=[Route("https://shop.localhost/", "web", "192.0.2.10", "shop")],
            replicas={("shop", "web"): 2},
        ),
    ),
    "history": json_output.history(
        [Revision(2, datetime(2026, 1, 2, tzinfo=UTC), {"spec": {"containers": [{"image": "web:2"}]}}, {"port": 80})]
    ),
    "preflight": json_output.preflight(
        "aws-dev", PreflightResult({"account": "1"}, [Problem("quota", "too low", "raise it")], ["a"], ["b"])
    ),
    "policy": json_output.policy(
        "local",
        [_VIOLATION],
        Policies(
            profile="development",
            waivers=(Waiver(rule="r", resource="web", reason="a good reason", until=date(2027, 1, 1)),),
        ),
    ),
    "preview": json_output.preview(
        "local",
        Assessment(
            0,
            [{"op": "same", "urn": "urn:a"}, {"op": "replace", "urn": _URN}],
            (),
            [_CHANGE],
            Verdict([_CHANGE], []),
        ),
        [_VIOLATION],
        guard_stops=True,
        objects=PreflightResult(problems=[Problem("web: Service shop/web", "spec.type: wrong", "correct it")]),
    ),
    "settings show": json_output.settings([Setting(("apps", "web", "port"), 80, "local.yaml:7")]),
    "settings show --with": json_output.differences(
        "STACK", "OTHER", [Difference("namespace", Setting(("namespace",), "a", "f:1"), None)]
    ),
    "unlock": json_output.locks("local", [Lock("7", "", Holder(1, 0.0, "host", "me"))]),
    "import": as_json(
        Result(
            {"cluster": {"stack": "local"}, "apps": {}},
            [Finding(("apps", "web", "image"), "has no tag", "add one")],
            [Entry(Status.SAME, _SERVICE, ("image",), "web", "web")],
            [SecretValue("password", "password in Secret db")],
            {},
        )
    ),
    "toolchain list": json_output.toolchain(
        [(TOOLS[0], InstalledTool(TOOLS[0], File("/there"), "cache")), (TOOLS[1], None)]
    ),
}


def _keys(document: Any, before: str = "") -> Iterator[str]:
    """The paths of all keys, except below free mappings; `[]` is each item of a list."""
    if isinstance(document, list):
        for item in document:
            yield from _keys(item, f"{before}[]")
    elif isinstance(document, dict):
        for key, value in document.items():
            path = f"{before}.{key}" if before else key
            yield path
            if key not in ("facts", "changes", "settings"):
                yield from _keys(value, path)


def _documented() -> dict[str, set[str]]:
    sections = re.findall(r"^## `anykube ([^`]+)`\n\n((?:- .+\n)+)", _DOCS.read_text(), re.MULTILINE)
    return {command: set(re.findall(r"^- `([^`]+)`$", keys, re.MULTILINE)) for command, keys in sections}


@pytest.mark.parametrize("command", _DOCUMENTS)
def test_the_docs_list_every_key(command: str) -> None:
    assert set(_keys(_DOCUMENTS[command])) == _documented()[command]
    json.dumps(_DOCUMENTS[command])


def test_the_docs_list_no_other_command() -> None:
    assert _documented().keys() == _DOCUMENTS.keys()


def test_show() -> None:
    document = _DOCUMENTS["show"]
    assert document["apps"] == [{"namespace": "shop", "app": "web", "ready": 1, "replicas": 2}]
    assert document["nodes"][0]["taints"] == ["k=v:NoSchedule"]
    assert json_output.show("local", None)["cluster"] is False


def test_preview() -> None:
    preview = _DOCUMENTS["preview"]
    assert preview["passed"] is False
    assert preview["changes"] == {"same": 1, "replace": 1}
    assert preview["steps"] == [{"op": "replace", "urn": _URN}]
    assert preview["guard"]["dangers"][0]["fields"] == ["spec.selector"]


def test_sweep() -> None:
    assert [it["removed"] for it in _DOCUMENTS["sweep"]["leftovers"]] == [True, False]


def test_a_missing_program_has_nulls() -> None:
    installed, missing = _DOCUMENTS["toolchain list"]
    assert (installed["origin"], installed["folder"]) == ("cache", "/there")
    assert (missing["origin"], missing["folder"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["settings", "show", "local"], "path"),
        (["settings", "show", "local", "--with", "local-shop"], "path"),
        (["toolchain", "list"], "name"),
    ],
)
def test_commands_print_only_json(arguments: list[str], key: str) -> None:
    result = CliRunner().invoke(cli, [*arguments, "--json"])
    assert result.exit_code == 0
    assert all(item[key] for item in json.loads(result.stdout))


def test_a_stack_without_an_account_passes_preflight() -> None:
    result = CliRunner().invoke(cli, ["preflight", "--stack", "local", "--json"])
    assert json.loads(result.stdout)["passed"] is True
