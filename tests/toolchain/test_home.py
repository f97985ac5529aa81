"""What lies in the checkout's folder, who may read it, and what plain `pulumi` is told."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from anykube_cli.toolchain import home, paths
from anykube_cli.toolchain.finder import InstalledTool, Origin
from anykube_cli.toolchain.tools import TOOLS, Tool


@pytest.fixture(autouse=True)
def _own(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _found(tool: Tool, origin: Origin = "cache", says: str = "one") -> InstalledTool:
    folder = paths.cache_dir() / origin / tool.key
    folder.mkdir(parents=True, exist_ok=True)
    found = InstalledTool(tool, folder, origin)
    found.program.unlink(missing_ok=True)
    found.program.write_text(f"{says} {tool.name}")
    found.program.chmod(0o755)
    return found


def _all(says: str = "one") -> list[InstalledTool]:
    return [_found(tool, says=says) for tool in TOOLS]


def _plugin() -> Path:
    return paths.pulumi_home() / "plugins" / "resource-kubernetes-v4.25.0" / "pulumi-resource-kubernetes"


def _engine(name: str = "pulumi") -> Path:
    return paths.state_dir() / "engine" / name


def test_programs_go_to_bin_engine_and_language_host_together_and_the_plugin_to_pulumis_home() -> None:
    found = _all()
    (found[1].folder / "pulumi-language-python-exec").write_text("script")
    home.install_tools(found)
    engine = {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"}
    assert {file.name for file in _engine().parent.iterdir()} == engine
    elsewhere = {"pulumi-resource-kubernetes", "pulumi-language-python", "gateway-api.yaml"}
    names = {tool.name for tool in TOOLS} - elsewhere
    assert {file.name for file in paths.bin_dir().iterdir()} == names
    assert (paths.bin_dir() / "kubectl").read_text() == "one kubectl"
    assert home.gateway_api_manifests().read_text() == "one gateway-api.yaml"
    assert _plugin().read_text() == "one pulumi-resource-kubernetes"
    assert not any(file.is_symlink() for file in paths.bin_dir().iterdir())
    assert os.access(_plugin(), os.X_OK)


def test_laying_out_the_same_files_again_leaves_nothing_else() -> None:
    found = _all()
    home.install_tools(found)
    before = sorted(paths.bin_dir().iterdir())
    home.install_tools(found)
    assert sorted(paths.bin_dir().iterdir()) == before
    assert [file.name for file in _plugin().parent.iterdir()] == [_plugin().name]


def test_only_the_program_itself_is_taken_from_path_and_a_wrapper_stays_where_it_is() -> None:
    engine, kubectl = (
        _found(next(tool for tool in TOOLS if tool.name == name), "PATH") for name in ("pulumi", "kubectl")
    )
    (kubectl.folder / "neighbour").write_text("not ours")
    home.install_tools([engine, kubectl])
    assert sorted(file.name for file in paths.bin_dir().iterdir()) == ["kubectl", "pulumi"]
    assert (paths.bin_dir() / "kubectl").readlink() == kubectl.program
    assert not _engine().is_symlink()
    assert _engine().read_text() == "one pulumi"


def test_the_engine_keeps_no_debug_logs() -> None:
    logs = paths.pulumi_home() / "logs"
    logs.mkdir(parents=True)
    (logs / "old.log").write_text("every property of every resource")
    home.install_tools(_all())
    assert logs.is_file()


def test_prepare_is_content_with_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    home.install_tools(_all())
    monkeypatch.setattr(home, "Finder", None)
    home.prepare()
    assert (paths.state_dir() / "passphrase").exists()


@pytest.mark.parametrize("loss", ["a program", "the way to the engine", "the plugin", "another version"])
def test_prepare_lays_out_again_what_is_missing_or_of_another_version(
    loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.install_tools(_all())
    match loss:
        case "a program":
            (paths.bin_dir() / "etcd").unlink()
        case "the way to the engine":
            (paths.bin_dir() / "pulumi").unlink()
        case "the plugin":
            _plugin().unlink()
        case _:
            stamp = paths.state_dir() / "toolchain"
            stamp.write_text(stamp.read_text().replace("kubectl-1.36.2", "kubectl-1.35.0"))

    class _Finder:
        def find_all(self) -> list[InstalledTool]:
            return _all("two")

    monkeypatch.setattr(home, "Finder", _Finder)
    home.prepare()
    assert (paths.bin_dir() / "etcd").read_text() == "two etcd"
    assert (paths.bin_dir() / "pulumi").exists()
    assert _plugin().read_text() == "two pulumi-resource-kubernetes"


def test_only_the_owner_reads_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        home.install_tools(_all())
        home.prepare()
    finally:
        os.umask(before)
    state = paths.state_dir()
    assert {_mode(folder) for folder in (state, *(state / name for name in ("bin", "pulumi", "state", "tmp")))} == {
        0o700
    }
    assert {_mode(file) for file in state.iterdir() if file.is_file()} == {0o600}


def test_the_passphrase_is_long_and_stays() -> None:
    home.install_tools(_all())
    home.prepare()
    passphrase = (paths.state_dir() / "passphrase").read_text()
    home.prepare()
    assert len(passphrase) >= 32
    assert (paths.state_dir() / "passphrase").read_text() == passphrase


def test_a_plugin_of_ours_is_a_script_that_runs_and_is_not_touched_when_it_is_the_same() -> None:
    program = paths.pulumi_home() / "plugins" / "resource-local-v1.0.0" / "pulumi-resource-local"
    home.install_plugin("local", "1.0.0", "#!/bin/sh\necho first\n")
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "first\n"
    first = program.stat()
    home.install_plugin("local", "1.0.0", "#!/bin/sh\necho first\n")
    assert (program.stat().st_ino, program.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert _mode(program) == 0o700


def test_a_plugin_that_changes_is_replaced_whole() -> None:
    program = paths.pulumi_home() / "plugins" / "resource-local-v1.0.0" / "pulumi-resource-local"
    home.install_plugin("local", "1.0.0", "first")
    with program.open() as running:
        home.install_plugin("local", "1.0.0", "second")
        assert running.read() == "first"
    assert program.read_text() == "second"
    assert [file.name for file in program.parent.iterdir()] == [program.name]


def test_variables_point_into_the_checkout(checkout: Path) -> None:
    found = home.variables()
    state = checkout / ".anykube"
    assert found["PULUMI_HOME"] == str(state / "pulumi")
    assert "PULUMI_BACKEND_URL" not in found  # each command finds the service itself
    assert found["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(state / "passphrase")
    assert found["PATH"].split(os.pathsep)[0] == str(state / "bin")


def test_path_holds_our_folder_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", home.variables()["PATH"])
    assert home.variables()["PATH"].split(os.pathsep).count(str(paths.bin_dir())) == 1


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PULUMI_BACKEND_URL", "PULUMI_BACKEND_URL"),
        ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"),
        ("PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_CONFIG_PASSPHRASE_FILE"),
    ],
)
@pytest.mark.parametrize("value", ["theirs", ""])
def test_what_the_user_has_set_is_left_alone(
    theirs: str, ours: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(theirs, value)
    assert ours not in home.variables()
    assert home.environment()[theirs] == value


def test_exports_survive_a_real_shell() -> None:
    odd = {"ODD": "a 'b' \"c\" $HOME `id` \\ \n* é; exit 1", "EMPTY": ""}
    script = home.render_exports(odd) + 'printf "%s\\0%s" "$ODD" "$EMPTY"'
    said = subprocess.run(["/bin/sh", "-euc", script], capture_output=True, check=True).stdout
    assert said.decode().split("\0") == list(odd.values())


def test_python_of_a_users_project_is_the_one_that_runs_the_command() -> None:
    home.install_tools(_all())
    home.prepare()
    asked = ["python3", "-c", "import sys; print(sys.prefix, sys.argv[1])", "two words"]
    said = subprocess.run(asked, env=home.environment(), capture_output=True, text=True, check=True)
    assert said.stdout == f"{sys.prefix} two words\n"
    assert _mode(home.interpreter() / "bin" / "python") == 0o700


def test_this_repository_names_its_own_python(checkout: Path) -> None:
    (checkout / "operations" / "anykube_cli").mkdir(parents=True)
    assert str(home.interpreter()) not in home.variables()["PATH"]


def test_a_rehearsal_has_the_same_python_on_its_path(tmp_path: Path) -> None:
    home.install_tools(_all())
    path = home.create_home(tmp_path / "rehearsal")["PATH"].split(os.pathsep)
    assert path[:2] == [str(tmp_path / "rehearsal" / "bin"), str(home.interpreter() / "bin")]
    assert str(paths.bin_dir()) not in path
