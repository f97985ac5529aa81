"""A fourth cloud needs only a package and an entry point: `installed/` is what its distribution would install.

Only docs/ mentions it, but everything that covers all clouds covers it.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from anykube._clouds.entry_points import GROUP
from anykube._clouds.registry import definitions

_ROOT = Path(__file__).parents[2]
_HERE = Path(__file__).parent
INSTALLED = _HERE / "installed"
_TOY_DEV = """cluster:
  cloud: toy
  name: toy-dev
  region: toy-1
  zones: [toy-1a, toy-1b]
  tke: {account: acct-1234}
  pools:
    system: {count: 2, tke: {image: Arch}}
apps:
  web: {image: "a:1", identity: {toy: {roles: [reader]}}, routes: [{host: web.example.com}]}
"""


def _settings(folder: Path) -> None:
    """Writes a valid settings file, one with wrong fields, and one that breaks the cloud's own rule."""
    invalid = _TOY_DEV.replace("tke: {account: acct-1234}", "tke: {acount: acct-1234, account: mine}")
    invalid = invalid.replace("tke: {image: Arch}", "eks: {image: AL2023}").replace("region: toy-1", "region: moon")
    closed = _TOY_DEV.replace("acct-1234", "acct-0000").replace("  pools:", "  api: {public: [10.1.0.0/16]}\n  pools:")
    for name, text in {"toy-dev": _TOY_DEV, "toy-wrong": invalid, "toy-closed": closed}.items():
        (folder / f"{name}.yaml").write_text(text)


def _run(program: str, folder: Path) -> Any:
    _settings(folder)
    return json.loads(_python(folder, {}, str(_HERE / program), str(folder)))


def _anykube(folder: Path, *arguments: str, **environment: str) -> str:
    """Runs the command with the fourth cloud installed, and returns its output."""
    return _python(folder, environment, "-m", "anykube_cli", *arguments)


def _python(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), str(INSTALLED))), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of program.py with the fourth cloud installed."""
    return _run("program.py", tmp_path_factory.mktemp("toy"))


def test_is_unknown_without_its_entry_point() -> None:
    assert list(definitions()) == ["aws", "gcp", "azure"]


def test_consists_of_a_package_and_an_entry_point() -> None:
    files = list(INSTALLED.rglob("entry_points.txt"))
    assert [file.read_text() for file in files] == [f"[{GROUP}]\ntoy = anykube_toy.definition:DEFINITION\n"]
    # Its package, its SDK, and their metadata.
    folders = {file.name for file in INSTALLED.iterdir() if file.name != "__pycache__"}
    metadata = {f"{name}-0.1.0.dist-info" for name in ("anykube_toy", "pulumi_toy")}
    assert folders == {"anykube_toy", "pulumi_toy", *metadata}


def test_no_other_code_mentions_it() -> None:
    names = "cloud: toy|toy-dev|tke|anykube[_-]toy|pulumi[_-]toy|TkeClusterSpec"
    command = ["git", "grep", "--untracked", "-lwE", names, "--", f":!{_HERE.relative_to(_ROOT)}", ":!docs"]
    mentions = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert (mentions.returncode, mentions.stdout, mentions.stderr) == (1, "", "")
    command = ["git", "grep", "--untracked", "-lwE", "toy", "--", ":!tests", ":!docs"]
    sources = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert (sources.returncode, sources.stdout, sources.stderr) == (1, "", "")


def test_comes_after_built_in_clouds(report: Any) -> None:
    assert report["clouds"] == report["facts"] == ["aws", "gcp", "azure", "toy"]


def test_definitions_import_no_sdk(report: Any) -> None:
    assert report["imported"] == []


def test_schema_contains_it(report: Any) -> None:
    models = [ref["$ref"].rpartition("/")[2] for ref in report["schema"]["properties"]["cluster"]["anyOf"]]
    assert "TkeClusterSpec" in models
    assert "tke" in report["schema"]["$defs"]["TkeNodePool"]["properties"]
    assert "toy" in report["schema"]["$defs"]["CloudIdentity"]["properties"]


def test_capability_table_contains_it(report: Any) -> None:
    lines = report["capabilities"].splitlines()
    heading = next(line for line in lines if line.startswith("| field"))
    assert "| AKS Automatic | TKE | TKE Autonomous | local |" in heading
    columns = [text.strip() for text in heading.split("|")]
    rows = {cells[1].strip(): dict(zip(columns, map(str.strip, cells), strict=True)) for cells in _cells(lines)}
    assert rows["`pools.tke.image`"]["TKE"] == "yes"
    assert _note(lines, rows["`pools.tke.image`"]["EKS"]) == "Only for TKE, but the cluster is EKS."
    assert _note(lines, rows["`pools.eks.image`"]["TKE"]) == "Only for EKS, but the cluster is TKE."
    assert _note(lines, rows["`maintenance.days`"]["TKE"]) == "Not supported: TKE has no maintenance windows."


def _note(lines: list[str], cell: str) -> str:
    """The note of a cell that says `no`."""
    word, _, reference = cell.partition("[")
    assert word == "no"
    return next(line.partition(": ")[2] for line in lines if line.startswith(f"[{reference}: "))


def _cells(lines: list[str]) -> list[list[str]]:
    table = lines[: next(index for index, line in enumerate(lines) if line.startswith("## "))]
    return [line.split("|") for line in table if line.startswith("| `")]


def test_its_settings_file_is_valid(report: Any) -> None:
    assert report["pool"] == "TkePool(image='Arch')"
    assert report["ingress"] == "toy"
    assert report["balancer"] == {"toy.example/balancer": "internal"}


@pytest.mark.parametrize(
    "message",
    [
        "cluster.tke.acount: unknown field. Did you mean account?",
        'cluster.tke.account: the text "mine" is invalid. It must be an account ID, such as acct-1234.',
        "cluster.region: moon is not a Toy region",
        "cluster.pools.system.eks: only for EKS, but the cluster is TKE",
    ],
)
def test_reports_invalid_settings(report: Any, message: str) -> None:
    assert message in report["invalid"]


def test_checks_its_own_rule(report: Any) -> None:
    assert "acct-0000 does not allow public APIs" in report["closed"]


def test_ci_login(project: Path) -> None:
    job = {"TOY_ACCOUNT": "acct-1234", "TOY_ID_TOKEN": "the token", "GITHUB_ENV": ""}
    exports = _anykube(project, "ci", "login", **job).splitlines()
    token = project.resolve() / ".anykube" / "identity" / "toy-token"
    assert exports == ["export TOY_ACCOUNT=acct-1234", f"export TOY_TOKEN_FILE={token}"]
    assert (token.read_text(), token.stat().st_mode & 0o777) == ("the token", 0o600)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for the fourth cloud, created by `anykube init`."""
    folder = tmp_path_factory.mktemp("init")
    _anykube(folder, "init", "shop", "--cloud", "toy")
    return folder / "shop"


def test_init_creates_valid_settings(project: Path) -> None:
    _anykube(project, "settings", "check")
    cluster = yaml.safe_load((project / "stacks" / "environments" / "toy-dev.yaml").read_text())["cluster"]
    assert (cluster["cloud"], cluster["name"]) == ("toy", "shop-dev")


def test_project_requires_its_distribution_and_extras(project: Path) -> None:
    dependencies = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    cli_version = version("anykube-cli")
    assert dependencies == [f"anykube~={cli_version}", f"anykube-cli[rehearsal]~={cli_version}", "anykube-toy~=0.1.0"]


def test_project_workflow_logs_in(project: Path) -> None:
    jobs = yaml.safe_load((project / ".github" / "workflows" / "anykube.yaml").read_text())["jobs"]
    for verb, prefix in (("preview", "PREVIEW_"), ("up", "")):
        *_, login, last = jobs[f"{verb}-toy-dev"]["steps"]
        assert login["env"] == {"TOY_ACCOUNT": f"${{{{ vars.TOY_{prefix}ACCOUNT }}}}"}
        assert last["run"] == f"anykube {verb} --stack toy-dev"


def test_project_readme_has_only_supported_commands(project: Path) -> None:
    readme = (project / "README.md").read_text()
    assert "anykube rehearse --stack toy-dev" in readme
    assert "anykube backend" not in readme


def test_completion_contains_it(tmp_path: Path) -> None:
    shell = {"_ANYKUBE_COMPLETE": "complete_bash", "COMP_WORDS": "anykube init shop --cloud ", "COMP_CWORD": "4"}
    program = "import anykube_cli.__main__ as command; command.main()"
    assert _python(tmp_path, shell, "-c", program).split() == ["local", "aws", "gcp", "azure", "toy"]


def test_policies_contain_its_rule(report: Any) -> None:
    assert "toy-zones" in report["rules"]
    assert report["rules"].count("cluster-endpoint") == 1


def test_guards_preflight_and_sweep(report: Any) -> None:
    assert report["guarded"] == {"toy:index/cluster:Cluster": "cluster", "toy:index/nodePool:NodePool": "pool"}
    # Its own checks find nothing. The private API in a new network is out of reach, as on every cloud.
    assert report["preflight"] == ["Kubernetes API access"]
    assert report["sweep"] == []


def test_rehearsal_starts_account_and_plugin(report: Any, tmp_path: Path) -> None:
    assert report["rehearsed"] == ["aws", "azure", "gcp", "toy"]
    rehearsal = _run("rehearsed.py", tmp_path)
    assert rehearsal["account"] == []
    assert rehearsal["plugin"] == ["resource-toy-v0.1.0"]
    assert rehearsal["stand-in"] is True
    assert rehearsal["valid"] == []
    assert rehearsal["misspelt"] == ["zoness: no such property; did you mean zones?"]
