"""The environment's stamp, its sentences, and that nothing but the standard library is needed."""

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
_MAKES = 'mkdir -p "$UV_PROJECT_ENVIRONMENT"; : > "$UV_PROJECT_ENVIRONMENT/pyvenv.cfg"'


@pytest.fixture(autouse=True)
def _project(checkout: Path) -> None:
    (checkout / "operations" / "anykube_cli").mkdir(parents=True)
    for member in ("", "components", "policies", "operations", "rehearsal"):
        (checkout / member).mkdir(exist_ok=True)
        (checkout / member / "pyproject.toml").write_text("")
    (checkout / "uv.lock").write_text("")


@pytest.fixture
def calls(on_path: AddToPath, tmp_path: Path) -> Callable[[], list[str]]:
    """A uv that makes an empty environment; gives what it was asked for."""
    log = tmp_path / "calls"
    log.touch()
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {_MAKES}; echo "$@" >> {log};; esac')
    return lambda: log.read_text().splitlines()


def _extras(call: str) -> list[str]:
    words = call.split()
    return [words[at + 1] for at, word in enumerate(words) if word == "--extra"]


def test_the_environment_is_made_once(calls: Callable[[], list[str]]) -> None:
    bootstrap.ensure(set())
    bootstrap.ensure(set())
    assert len(calls()) == 1
    assert calls()[0].startswith("sync --quiet --frozen")


def test_extras_add_up(calls: Callable[[], list[str]]) -> None:
    for extras in ({"aws"}, {"gcp"}, {"aws"}, set()):
        bootstrap.ensure(extras)
    assert [_extras(call) for call in calls()] == [["aws"], ["aws", "gcp"]]


@pytest.mark.parametrize("name", ["pyproject.toml", "operations/pyproject.toml", "uv.lock"])
def test_what_is_locked_anew_is_made_anew_with_the_same_extras(
    name: str, checkout: Path, calls: Callable[[], list[str]]
) -> None:
    bootstrap.ensure({"aws"})
    (checkout / name).write_text("# new\n")
    bootstrap.ensure(set())
    assert [_extras(call) for call in calls()] == [["aws"], ["aws"]]


def test_a_failure_is_a_sentence_and_the_next_run_tries_again_with_the_same_extras(
    checkout: Path, calls: Callable[[], list[str]], on_path: AddToPath
) -> None:
    bootstrap.ensure({"aws"})
    good = (uv := Path(os.environ["PATH"].split(":")[0]) / "uv").read_text()
    on_path("uv", 'case $1 in --version) echo "uv 0.9.1";; *) exit 2;; esac')
    (checkout / "uv.lock").write_text("# new\n")
    with pytest.raises(bootstrap.BootstrapError, match=r"uv could not install .* Is the package index reachable\?"):
        bootstrap.ensure({"gcp"})
    (checkout / "uv.lock").write_text("")
    uv.write_text(good)
    bootstrap.ensure(set())
    assert _extras(calls()[-1]) == ["aws", "gcp"]


def test_a_folder_that_a_killed_run_left_is_made_again(calls: Callable[[], list[str]]) -> None:
    half = paths.venv() / "bin" / "half"
    half.mkdir(parents=True)
    bootstrap.ensure(set())
    assert not half.exists()
    assert len(calls()) == 1


def test_the_folder_is_the_owners_alone(checkout: Path, calls: Callable[[], list[str]]) -> None:
    (checkout / ".anykube").mkdir(mode=0o755)
    bootstrap.ensure(set())
    assert (checkout / ".anykube").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("version", ["uv 0.8.99", "uv-lite 1.0", "nonsense"])
def test_an_old_uv_is_not_used_and_pips_failure_is_a_sentence(
    version: str, on_path: AddToPath, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    on_path("uv", f"echo {version}")

    def bare(folder: str, *, with_pip: bool) -> None:
        """An environment whose pip finds no index: making a real one takes seconds."""
        assert with_pip
        python = Path(folder) / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)

    monkeypatch.setattr(bootstrap, "_PYTHON", shutil.which("false"))
    monkeypatch.setattr(venv, "create", bare)
    with pytest.raises(bootstrap.BootstrapError, match="pip could not install uv"):
        bootstrap.ensure(set())
    assert [file.name for file in cache.rglob("*")] == ["uv", "bin"]


def test_without_ensurepip_it_says_what_to_install(on_path: AddToPath, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: str, *, with_pip: bool) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(bootstrap, "_PYTHON", shutil.which("false"))
    monkeypatch.setattr(venv, "create", fail)
    with pytest.raises(bootstrap.BootstrapError, match="python3-venv"):
        bootstrap.ensure(set())


def test_two_runs_at_once_keep_both_ones_extras(checkout: Path, on_path: AddToPath) -> None:
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {_MAKES}; sleep 0.5;; esac')
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
    said = "".join(run.communicate()[1] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert "another run is making the Python environment; waiting for that" in said
    stamp = bootstrap._stamp()
    assert stamp
    assert stamp["extras"] == ["aws", "gcp"]


def test_a_run_imports_what_it_has_installed(checkout: Path, on_path: AddToPath, tmp_path: Path) -> None:
    environment, source = checkout / ".anykube" / "venv", tmp_path / "source"
    venv.create(environment, symlinks=True)
    source.mkdir()
    (source / "editable.py").touch()
    (packages,) = environment.glob("lib/python3.*/site-packages")
    installs = f'echo "{source}" > "{packages}/editable.pth"'
    on_path("uv", f'case $1 in --version) echo "uv 0.9.1";; *) {installs};; esac')
    script = "from anykube_cli.toolchain import bootstrap; bootstrap.ensure(set()); import editable"
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "operations"), "ANYKUBE_PROJECT": str(checkout)}
    run = subprocess.run(
        [environment / "bin" / "python", "-c", script], env=variables, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "making the Python environment in .anykube/venv\n")


def test_nothing_but_the_standard_library_is_needed() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'operations')!r}); import anykube_cli.toolchain.bootstrap; "
        "print({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'__main__', 'anykube_cli'})"
    )
    run = subprocess.run([sys.executable, "-S", "-E", "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_the_command_line_fails_with_a_sentence(tmp_path: Path) -> None:
    """In a checkout of its own: the real one is not touched."""
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
    assert "The Python environment cannot be made: uv could not install" in run.stderr
    assert "Traceback" not in run.stderr
