"""bootstrap: when the environment is created, error messages, and that only the standard library is imported."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from anykube_cli.toolchain import bootstrap, paths

AddToPath = Callable[[str, str], Path]

ROOT = paths.checkout()
_CREATE_VENV = 'mkdir -p "$UV_PROJECT_ENVIRONMENT"; : > "$UV_PROJECT_ENVIRONMENT/pyvenv.cfg"'


@pytest.fixture(autouse=True)
def _project(checkout: Path) -> None:
    (checkout / "operations" / "anykube_cli").mkdir(parents=True)
    for member in ("", "components", "policies", "operations", "rehearsal"):
        (checkout / member).mkdir(exist_ok=True)
        (checkout / member / "pyproject.toml").write_text("")
    (checkout / "uv.lock").write_text("")


@pytest.fixture
def calls(on_path: AddToPath, tmp_path: Path) -> Callable[[], list[str]]:
    """A fake uv that creates an empty environment. Returns the arguments of its calls."""
    log = tmp_path / "calls"
    log.touch()
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {_CREATE_VENV}; echo "$@" >> {log};; esac')
    return lambda: log.read_text().splitlines()


def _extras(call: str) -> list[str]:
    arguments = call.split()
    return [arguments[index + 1] for index, argument in enumerate(arguments) if argument == "--extra"]


def test_creates_environment_only_once(calls: Callable[[], list[str]]) -> None:
    bootstrap.ensure(set())
    bootstrap.ensure(set())
    assert len(calls()) == 1
    assert calls()[0].startswith("sync --quiet --frozen")


def test_extras_accumulate(calls: Callable[[], list[str]]) -> None:
    for extras in ({"aws"}, {"gcp"}, {"aws"}, set()):
        bootstrap.ensure(extras)
    assert [_extras(call) for call in calls()] == [["aws"], ["aws", "gcp"]]


@pytest.mark.parametrize("name", ["pyproject.toml", "operations/pyproject.toml", "uv.lock"])
def test_changed_lock_file_syncs_with_same_extras(name: str, checkout: Path, calls: Callable[[], list[str]]) -> None:
    bootstrap.ensure({"aws"})
    (checkout / name).write_text("# new\n")
    bootstrap.ensure(set())
    assert [_extras(call) for call in calls()] == [["aws"], ["aws"]]


def test_failed_sync_is_retried_with_same_extras(
    checkout: Path, calls: Callable[[], list[str]], on_path: AddToPath
) -> None:
    bootstrap.ensure({"aws"})
    working_uv = (uv := Path(os.environ["PATH"].split(":")[0]) / "uv").read_text()
    on_path("uv", 'case $1 in --version) echo "uv 0.9.1";; *) exit 2;; esac')
    (checkout / "uv.lock").write_text("# new\n")
    with pytest.raises(bootstrap.BootstrapError, match=r"uv could not install .* Is the package index reachable\?"):
        bootstrap.ensure({"gcp"})
    (checkout / "uv.lock").write_text("")
    uv.write_text(working_uv)
    bootstrap.ensure(set())
    assert _extras(calls()[-1]) == ["aws", "gcp"]


def test_recreates_incomplete_environment(calls: Callable[[], list[str]]) -> None:
    incomplete = paths.venv() / "bin" / "incomplete"
    incomplete.mkdir(parents=True)
    bootstrap.ensure(set())
    assert not incomplete.exists()
    assert len(calls()) == 1


def test_only_owner_can_access_state_folder(checkout: Path, calls: Callable[[], list[str]]) -> None:
    (checkout / ".anykube").mkdir(mode=0o755)
    bootstrap.ensure(set())
    assert (checkout / ".anykube").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("version", ["uv 0.8.99", "uv-lite 1.0", "nonsense"])
def test_old_uv_is_ignored_and_pip_failure_is_reported(
    version: str, on_path: AddToPath, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    on_path("uv", f"echo {version}")

    def create(folder: str, *, with_pip: bool) -> None:
        """Creates an environment whose pip fails. A real environment takes seconds to create."""
        assert with_pip
        python = Path(folder) / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)

    monkeypatch.setattr(bootstrap, "_PYTHON", shutil.which("false"))
    monkeypatch.setattr(venv, "create", create)
    with pytest.raises(bootstrap.BootstrapError, match="pip could not install uv"):
        bootstrap.ensure(set())
    assert [file.name for file in cache.rglob("*")] == ["uv", "bin"]


def test_missing_ensurepip_names_package_to_install(on_path: AddToPath, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: str, *, with_pip: bool) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(bootstrap, "_PYTHON", shutil.which("false"))
    monkeypatch.setattr(venv, "create", fail)
    with pytest.raises(bootstrap.BootstrapError, match="python3-venv"):
        bootstrap.ensure(set())


def test_concurrent_runs_keep_extras_of_both(checkout: Path, on_path: AddToPath) -> None:
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {_CREATE_VENV}; sleep 0.5;; esac')
    script = (
        "import sys; from pathlib import Path; from anykube_cli.toolchain import bootstrap, paths; "
        "paths.checkout = lambda: Path(sys.argv[1]); bootstrap.ensure({sys.argv[2]})"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(checkout), extra],
            env={**os.environ, "PYTHONPATH": str(ROOT / "operations")},
            stderr=subprocess.PIPE,
            text=True,
        )
        for extra in ("aws", "gcp")
    ]
    stderr = "".join(run.communicate()[1] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert "another run is creating the Python environment; waiting for it" in stderr
    stamp = bootstrap._read_stamp()
    assert stamp
    assert stamp["extras"] == ["aws", "gcp"]


def test_installed_packages_are_importable_in_same_process(checkout: Path, on_path: AddToPath, tmp_path: Path) -> None:
    environment, source = checkout / ".anykube" / "venv", tmp_path / "source"
    venv.create(environment, symlinks=True)
    source.mkdir()
    (source / "editable.py").touch()
    (packages,) = environment.glob("lib/python3.*/site-packages")
    install = f'echo "{source}" > "{packages}/editable.pth"'
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {install};; esac')
    script = "from anykube_cli.toolchain import bootstrap; bootstrap.ensure(set()); import editable"
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "operations"), "ANYKUBE_PROJECT": str(checkout)}
    run = subprocess.run(
        [environment / "bin" / "python", "-c", script], env=variables, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "creating the Python environment in .anykube/venv\n")


def test_imports_only_standard_library() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'operations')!r}); import anykube_cli.toolchain.bootstrap; "
        "print({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'__main__', 'anykube_cli'})"
    )
    run = subprocess.run([sys.executable, "-S", "-E", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_command_fails_with_message_instead_of_traceback(tmp_path: Path) -> None:
    """Runs in a copy, so that the real checkout does not change."""
    copy = tmp_path / "copy"
    (copy / "operations" / "anykube_cli" / "toolchain").mkdir(parents=True)
    for name in ("__init__.py", "toolchain/__init__.py", "toolchain/bootstrap.py", "toolchain/paths.py"):
        source = Path("operations") / "anykube_cli" / name
        (copy / source).write_bytes((ROOT / source).read_bytes())
    for name in ("Pulumi.yaml", "pyproject.toml", "uv.lock"):
        (copy / name).touch()
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\ncase $1 in --version) echo "uv 0.9.1";; *) exit 2;; esac\n')
    uv.chmod(0o755)
    run = subprocess.run(
        [sys.executable, "-m", "anykube_cli.toolchain.bootstrap", "--extra", "aws"],
        cwd=copy,
        env={**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": "operations"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "Cannot create the Python environment: uv could not install" in run.stderr
    assert "Traceback" not in run.stderr
