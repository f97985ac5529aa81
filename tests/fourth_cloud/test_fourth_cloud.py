"""A fourth cloud is one folder and one entry point: `installed/` is what a distribution would install.

Nothing else in this repository names it, and yet everything that covers all clouds covers it.
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
from anykube._clouds.registry import GROUP, definitions

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
    """A settings file that is right, one with mistakes in its fields, and one that breaks the cloud's own rule."""
    wrong = _TOY_DEV.replace("tke: {account: acct-1234}", "tke: {acount: acct-1234, account: mine}")
    wrong = wrong.replace("tke: {image: Arch}", "eks: {image: AL2023}").replace("region: toy-1", "region: moon")
    closed = _TOY_DEV.replace("acct-1234", "acct-0000").replace("  pools:", "  api: {public: [10.1.0.0/16]}\n  pools:")
    for name, text in {"toy-dev": _TOY_DEV, "toy-wrong": wrong, "toy-closed": closed}.items():
        (folder / f"{name}.yaml").write_text(text)


def _run(program: str, folder: Path) -> Any:
    _settings(folder)
    return json.loads(_python(folder, {}, str(_HERE / program), str(folder)))


def _anykube(folder: Path, *arguments: str, **environment: str) -> str:
    """What the command prints where the fourth cloud is installed."""
    return _python(folder, environment, "-m", "anykube_cli", *arguments)


def _python(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), str(INSTALLED))), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the project knows where the fourth cloud is installed."""
    return _run("program.py", tmp_path_factory.mktemp("toy"))


def test_without_its_entry_point_nobody_knows_it() -> None:
    assert list(definitions()) == ["aws", "gcp", "azure"]


def test_it_is_one_folder_and_one_entry_point() -> None:
    declared = list(INSTALLED.rglob("entry_points.txt"))
    assert [file.read_text() for file in declared] == [f"[{GROUP}]\ntoy = anykube_toy.definition:DEFINITION\n"]
    # Its package, the SDK that it needs, and what pip writes of both.
    folders = {file.name for file in INSTALLED.iterdir() if file.name != "__pycache__"}
    metadata = {f"{name}-0.1.0.dist-info" for name in ("anykube_toy", "pulumi_toy")}
    assert folders == {"anykube_toy", "pulumi_toy", *metadata}


def test_no_other_file_names_it() -> None:
    names = "cloud: toy|toy-dev|tke|anykube[_-]toy|pulumi[_-]toy|TkeClusterSpec"
    command = ["git", "grep", "--untracked", "-lwE", names, "--", f":!{_HERE.relative_to(_ROOT)}"]
    outside = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert (outside.returncode, outside.stdout, outside.stderr) == (1, "", "")
    command = ["git", "grep", "--untracked", "-lwE", "toy", "--", ":!tests"]
    sources = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert (sources.returncode, sources.stdout, sources.stderr) == (1, "", "")


def test_it_comes_after_those_of_the_library(known: Any) -> None:
    assert known["clouds"] == known["facts"] == ["aws", "gcp", "azure", "toy"]


def test_to_know_clouds_imports_no_sdk(known: Any) -> None:
    assert known["imported"] == []


def test_the_schema_has_it(known: Any) -> None:
    arms = [arm["$ref"].rpartition("/")[2] for arm in known["schema"]["properties"]["cluster"]["anyOf"]]
    assert "TkeClusterSpec" in arms
    assert "tke" in known["schema"]["$defs"]["TkeNodePool"]["properties"]
    assert "toy" in known["schema"]["$defs"]["CloudIdentity"]["properties"]


def test_the_capability_table_has_its_columns_and_fields(known: Any) -> None:
    lines = known["capabilities"].splitlines()
    heading = next(line for line in lines if line.startswith("| field"))
    assert "| AKS Automatic | TKE | TKE Autonomous | local |" in heading
    columns = [text.strip() for text in heading.split("|")]
    rows = {cells[1].strip(): dict(zip(columns, map(str.strip, cells), strict=True)) for cells in _cells(lines)}
    assert rows["`pools.tke.image`"]["TKE"] == "yes"
    assert rows["`pools.tke.image`"]["EKS"] == "is for TKE, but the cluster is EKS"
    assert rows["`pools.eks.image`"]["TKE"] == "is for EKS, but the cluster is TKE"
    assert rows["`maintenance.days`"]["TKE"] == "is given, but TKE has no windows"


def _cells(lines: list[str]) -> list[list[str]]:
    table = lines[: next(index for index, line in enumerate(lines) if line.startswith("## "))]
    return [line.split("|") for line in table if line.startswith("| `")]


def test_its_settings_file_is_right(known: Any) -> None:
    assert known["pool"] == "TkePool(image='Arch')"
    assert known["ingress"] == "toy"
    assert known["balancer"] == {"toy.example/balancer": "internal"}


@pytest.mark.parametrize(
    "sentence",
    [
        "cluster.tke.acount is not a known field. Did you mean account?",
        'cluster.tke.account is the text "mine". It must be the id of an account, such as acct-1234.',
        "cluster.region is moon, which is not a region of Toy",
        "cluster.pools.system.eks is for EKS, but the cluster is TKE",
    ],
)
def test_mistakes_are_told_in_the_projects_words(known: Any, sentence: str) -> None:
    assert sentence in known["wrong"]


def test_its_rule_across_fields_is_asked(known: Any) -> None:
    assert "acct-0000 is closed" in known["closed"]


def test_ci_logs_in_to_it(project: Path) -> None:
    job = {"TOY_ACCOUNT": "acct-1234", "TOY_ID_TOKEN": "the token", "GITHUB_ENV": ""}
    exports = _anykube(project, "ci", "login", **job).splitlines()
    token = project.resolve() / ".anykube" / "identity" / "toy-token"
    assert exports == ["export TOY_ACCOUNT=acct-1234", f"export TOY_TOKEN_FILE={token}"]
    assert (token.read_text(), token.stat().st_mode & 0o777) == ("the token", 0o600)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that `anykube init` creates for it."""
    folder = tmp_path_factory.mktemp("init")
    _anykube(folder, "init", "shop", "--cloud", "toy")
    return folder / "shop"


def test_init_creates_a_project_whose_settings_are_right(project: Path) -> None:
    _anykube(project, "settings", "check")
    cluster = yaml.safe_load((project / "stacks" / "environments" / "toy-dev.yaml").read_text())["cluster"]
    assert (cluster["cloud"], cluster["name"]) == ("toy", "shop-dev")


def test_the_project_requires_its_distribution_and_extras(project: Path) -> None:
    dependencies = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    command = version("anykube-cli")
    assert dependencies == [f"anykube~={command}", f"anykube-cli[rehearsal]~={command}", "anykube-toy~=0.1.0"]


def test_the_projects_workflow_logs_in_to_it(project: Path) -> None:
    jobs = yaml.safe_load((project / ".github" / "workflows" / "anykube.yaml").read_text())["jobs"]
    for verb, prefix in (("preview", "PREVIEW_"), ("up", "")):
        *_, login, last = jobs[f"{verb}-toy-dev"]["steps"]
        assert login["env"] == {"TOY_ACCOUNT": f"${{{{ vars.TOY_{prefix}ACCOUNT }}}}"}
        assert last["run"] == f"anykube {verb} --stack toy-dev"


def test_the_projects_readme_has_the_commands_that_know_it(project: Path) -> None:
    readme = (project / "README.md").read_text()
    assert "anykube rehearse --stack toy-dev" in readme
    assert "anykube backend" not in readme


def test_completion_offers_it(tmp_path: Path) -> None:
    shell = {"_ANYKUBE_COMPLETE": "complete_bash", "COMP_WORDS": "anykube init shop --cloud ", "COMP_CWORD": "4"}
    program = "import anykube_cli.__main__ as command; command.main()"
    assert _python(tmp_path, shell, "-c", program).split() == ["local", "aws", "gcp", "azure", "toy"]


def test_policies_have_its_rule(known: Any) -> None:
    assert "toy-zones" in known["rules"]
    assert known["rules"].count("cluster-endpoint") == 1


def test_its_clusters_are_guarded_asked_for_and_swept(known: Any) -> None:
    assert known["guarded"] == {"toy:index/cluster:Cluster": "cluster", "toy:index/nodePool:NodePool": "pool"}
    assert known["preflight"] is True
    assert known["sweep"] == []


def test_its_rehearsal_starts_account_and_plugin(known: Any, tmp_path: Path) -> None:
    assert known["rehearsed"] == ["aws", "azure", "gcp", "toy"]
    found = _run("rehearsed.py", tmp_path)
    assert found["account"] == []
    assert found["plugin"] == ["resource-toy-v0.1.0"]
    assert found["stand-in"] is True
    assert found["right"] == []
    assert found["misspelt"] == ["zoness: no such property; did you mean zones?"]
