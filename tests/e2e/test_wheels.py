"""The four wheels, installed where no checkout is near: a project from `anykube init` to `anykube clean`."""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from anykube_cli.toolchain import bootstrap, paths

from tests.e2e.checkout import SOURCE, Checkout, CommandResult

_DATA = {
    "anykube": [
        "anykube/py.typed",
        "anykube/settings/schema.json",
        *(
            f"anykube/_clusters/{kind}/templates/{name}.yaml"
            for kind in ("aks", "eks", "gke")
            for name in ("login", "settings")
        ),
    ],
    "anykube_policies": ["anykube_policies/py.typed"],
    "anykube_cli": [
        "anykube_cli/py.typed",
        "anykube_cli/guarded.toml",
        "anykube_cli/kubernetes/stages.yaml",
        "anykube_cli/templates/project/dot-gitignore",
        "anykube_cli/templates/project/dot-github/workflows/anykube.yaml",
        "anykube_cli/templates/jobs.yaml",
        "anykube_cli/toolchain/modules/pulumi/go.mod",
    ],
    "anykube_rehearsal": ["anykube_rehearsal/py.typed"],
}
"""By wheel, files that are no Python and without which it does not work."""
_FOREIGN = {
    "anykube-cli",
    "anykube-policies",
    "azure-identity",
    "boto3",
    "cryptography",
    "google-auth",
    "httpx",
    "psutil",
    "pulumi-aws",
    "pulumi-azure-native",
    "pulumi-gcp",
    "rich",
    "ruamel-yaml",
    "typer",
}
"""Distributions that the library does without."""
_SDKS = ("boto3", "pulumi_aws", "pulumi_gcp", "pulumi_azure_native")
_MODULES = ("typer", "rich", "psutil", "httpx", "anykube_cli", *_SDKS)


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and an empty folder to work in."""

    venv: Path
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """Those of this machine, without anything that leads to the checkout."""
        prefixes = (
            "ANYKUBE_CHECKOUT",
            "ANYKUBE_PROJECT",
            "MAKE",
            "MFLAGS",
            "PULUMI_",
            "PYTHON",
            "TMPDIR",
            "VIRTUAL_ENV",
        )
        variables = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        path = [entry for entry in variables["PATH"].split(os.pathsep) if not Path(entry).is_relative_to(SOURCE)]
        return {**variables, "PATH": os.pathsep.join((str(self.venv / "bin"), *path))}

    def run(self, *command: str, folder: Path | None = None) -> CommandResult:
        """Runs a command, which must not fail, in the folder."""
        result = _run(command, folder or self.folder, self.variables)
        assert result.code == 0, f"{' '.join(command)} ended with {result.code}:\n{result.all}"
        return result


@dataclass(frozen=True)
class Project:
    """The project shop."""

    environment: Environment

    @property
    def folder(self) -> Path:
        """Where `anykube init` made it."""
        return self.environment.folder / "shop"

    def anykube(self, *arguments: str) -> CommandResult:
        """`anykube …` in the project."""
        return self.environment.run("anykube", *arguments, folder=self.folder)

    @property
    def files(self) -> set[str]:
        """All files of the project, but for those below .anykube."""
        files = (file.relative_to(self.folder) for file in self.folder.rglob("*") if file.is_file())
        return {str(file) for file in files if file.parts[0] != ".anykube"}

    @property
    def processes(self) -> list[str]:
        """The command lines of live processes that belong to the project."""
        return [" ".join(process.cmdline()) for process in psutil.process_iter() if self._owns(process)]

    def _owns(self, process: psutil.Process) -> bool:
        try:
            values = (*process.environ().values(), *process.cmdline())
        except psutil.Error:
            return False
        return any(str(self.folder) in value for value in values)


def _run(command: tuple[str, ...], folder: Path, variables: Mapping[str, str]) -> CommandResult:
    completed = subprocess.run(
        command,
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return CommandResult(completed.returncode, completed.stdout, completed.stderr)


def _uv(*arguments: str) -> str:
    variables = {
        **os.environ,
        "UV_CACHE_DIR": str(paths.cache_dir() / "uv-cache"),
        "UV_SYSTEM_CERTS": "true",
        "VIRTUAL_ENV": "",
    }
    result = _run((str(bootstrap.uv()), *arguments), Path("/"), variables)
    assert result.code == 0, result.all
    return result.out


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels. The checkout that they were built from is gone."""
    folder = tmp_path_factory.mktemp("wheels")
    checkout = Checkout(folder / "checkout")
    _uv("build", "--quiet", "--all-packages", "--wheel", "--out-dir", str(folder), str(checkout.folder))
    checkout.remove()
    return folder


def _installed(folder: Path, wheels: Path, *distributions: str) -> Environment:
    environment = Environment(folder / "venv", folder / "empty")
    environment.folder.mkdir()
    _uv("venv", "--quiet", str(environment.venv))
    python = str(environment.venv / "bin" / "python")
    _uv("pip", "install", "--quiet", "--python", python, "--find-links", str(wheels), *distributions)
    return environment


@pytest.fixture(scope="module")
def library(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """`anykube` alone."""
    return _installed(tmp_path_factory.mktemp("library"), wheels, "anykube")


@pytest.fixture(scope="module")
def project(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """`anykube init shop --cloud aws`, once; the tests go on from each other in their order."""
    root = tmp_path_factory.mktemp("command")
    project = Project(_installed(root, wheels, "anykube[aws]", "anykube-cli[aws-rehearsal]"))
    project.environment.run("anykube", "init", "shop", "--cloud", "aws")
    yield project
    if (project.folder / ".anykube").exists():
        _run(("anykube", "destroy"), project.folder, project.environment.variables)
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def initial_files(project: Project) -> set[str]:
    """The files that init made."""
    return project.files


@pytest.mark.parametrize("distribution", sorted(_DATA))
def test_wheel_has_its_data_and_one_package(distribution: str, wheels: Path) -> None:
    [wheel] = wheels.glob(f"{distribution}-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert set(_DATA[distribution]) <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {distribution}
    assert not [name for name in names if "test" in name or name.endswith(".pyc")]


def test_wheel_has_all_files_of_its_package(wheels: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=SOURCE, capture_output=True, text=True, check=True).stdout
    packages = {"anykube": "components", "anykube_policies": "policies", "anykube_cli": "operations"}
    packages["anykube_rehearsal"] = "rehearsal"
    for package, folder in packages.items():
        [wheel] = wheels.glob(f"{package}-*.whl")
        files = [line for line in tracked.splitlines() if line.startswith(f"{folder}/{package}/")]
        assert len(files) > 5
        expected = [line.removeprefix(f"{folder}/") for line in files if (SOURCE / line).exists()]
        assert set(expected) <= set(zipfile.ZipFile(wheel).namelist())


def test_library_has_few_dependencies(library: Environment) -> None:
    python = str(library.venv / "bin" / "python")
    print(_uv("pip", "tree", "--python", python))
    installed = {info["name"] for info in json.loads(_uv("pip", "list", "--format", "json", "--python", python))}
    assert {"anykube", "pulumi", "pulumi-kubernetes", "pydantic"} <= installed
    assert not installed & _FOREIGN
    program = f"import sys; from anykube import WebService; print([name for name in {_MODULES} if name in sys.modules])"
    assert library.run("python", "-c", program).out.strip() == "[]"


def test_nothing_comes_from_the_checkout(project: Project) -> None:
    program = "import sys, anykube, anykube_cli, anykube_rehearsal as r; print(*sys.path, anykube.__file__, r.__file__)"
    result = project.environment.run("python", "-c", program).out
    assert str(SOURCE) not in result
    assert str(project.environment.venv) in result


def test_init_creates_ten_files(initial_files: set[str]) -> None:
    assert initial_files == {
        ".github/workflows/anykube.yaml",
        ".gitignore",
        "Pulumi.yaml",
        "README.md",
        "policies/PulumiPolicy.yaml",
        "policies/__main__.py",
        "pyproject.toml",
        "stacks/__main__.py",
        "stacks/environments/aws-dev.yaml",
        "stacks/environments/local.yaml",
    }


def test_up_deploys_five_web_pods_on_three_servers(project: Project, initial_files: set[str]) -> None:
    project.anykube("settings", "check")
    project.anykube("up")
    status = json.loads(project.anykube("show", "--json").out)
    servers = {node["name"] for node in status["nodes"] if node["pool"] == "servers" and node["ready"]}
    web = [pod for pod in status["pods"] if pod["app"] == "web" and pod["ready"]]
    assert (len(servers), len(web)) == (3, 5)
    assert {pod["node"] for pod in web} == servers
    assert project.files - initial_files == {"stacks/Pulumi.local.yaml"}


def test_rehearses_a_cloud_stack(project: Project) -> None:
    result = project.anykube("rehearse", "--stack", "aws-dev")
    assert "left in the account: nothing" in result.out


def test_plain_pulumi_previews_no_changes(project: Project) -> None:
    script = 'eval "$(anykube env)" && pulumi preview --expect-no-changes --stack local'
    project.environment.run("sh", "-c", script, folder=project.folder)


def test_preview_as_json(project: Project) -> None:
    status = json.loads(project.anykube("preview", "--json").out)
    assert (status["passed"], status["steps"], status["guard"]) == (True, [], {"stops": False, "dangers": []})
    assert set(status["changes"]) == {"same"}


def test_destroy_leaves_nothing_behind(project: Project, initial_files: set[str]) -> None:
    assert project.processes, "a local cluster has processes of the project"
    project.anykube("destroy")
    assert project.processes == []
    assert project.files == initial_files
    project.anykube("clean")
    assert not (project.folder / ".anykube").exists()
    assert project.files == initial_files
