"""The contents and permissions of `.anykube`, and the environment variables for `pulumi`."""

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
def _isolated(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _installed(tool: Tool, origin: Origin = "cache", content: str = "first") -> InstalledTool:
    folder = paths.cache_dir() / origin / tool.key
    folder.mkdir(parents=True, exist_ok=True)
    installed = InstalledTool(tool, folder, origin)
    installed.program.unlink(missing_ok=True)
    installed.program.write_text(f"{content} {tool.name}")
    installed.program.chmod(0o755)
    return installed


def _all_tools(content: str = "first") -> list[InstalledTool]:
    return [_installed(tool, content=content) for tool in TOOLS]


def _plugin() -> Path:
    return paths.pulumi_home() / "plugins" / "resource-kubernetes-v4.25.0" / "pulumi-resource-kubernetes"


def _engine(name: str = "pulumi") -> Path:
    return paths.state_dir() / "engine" / name


def test_installs_programs_engine_and_plugin_in_their_folders() -> None:
    tools = _all_tools()
    (tools[1].folder / "pulumi-language-python-exec").write_text("script")
    home.install_tools(tools)
    engine = {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"}
    assert {file.name for file in _engine().parent.iterdir()} == engine
    in_other_folders = {"pulumi-resource-kubernetes", "pulumi-language-python", "gateway-api.yaml"}
    names = {tool.name for tool in TOOLS} - in_other_folders
    assert {file.name for file in paths.bin_dir().iterdir()} == names
    assert (paths.bin_dir() / "kubectl").read_text() == "first kubectl"
    assert home.gateway_api_manifests().read_text() == "first gateway-api.yaml"
    assert _plugin().read_text() == "first pulumi-resource-kubernetes"
    assert not any(file.is_symlink() for file in paths.bin_dir().iterdir())
    assert os.access(_plugin(), os.X_OK)


def test_installing_again_leaves_no_other_files() -> None:
    tools = _all_tools()
    home.install_tools(tools)
    files_before = sorted(paths.bin_dir().iterdir())
    home.install_tools(tools)
    assert sorted(paths.bin_dir().iterdir()) == files_before
    assert [file.name for file in _plugin().parent.iterdir()] == [_plugin().name]


def test_program_on_path_is_symlinked_without_its_neighbours() -> None:
    engine, kubectl = (
        _installed(next(tool for tool in TOOLS if tool.name == name), "PATH") for name in ("pulumi", "kubectl")
    )
    (kubectl.folder / "neighbour").write_text("unrelated")
    home.install_tools([engine, kubectl])
    assert sorted(file.name for file in paths.bin_dir().iterdir()) == ["kubectl", "pulumi"]
    assert (paths.bin_dir() / "kubectl").readlink() == kubectl.program
    assert not _engine().is_symlink()
    assert _engine().read_text() == "first pulumi"


def test_engine_writes_no_debug_logs() -> None:
    logs = paths.pulumi_home() / "logs"
    logs.mkdir(parents=True)
    (logs / "old.log").write_text("every property of every resource")
    home.install_tools(_all_tools())
    assert logs.is_file()


def test_prepare_installs_nothing_if_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    home.install_tools(_all_tools())
    monkeypatch.setattr(home, "Finder", None)
    home.prepare()
    assert (paths.state_dir() / "passphrase").exists()


@pytest.mark.parametrize("missing", ["program", "shim", "plugin", "current version"])
def test_prepare_reinstalls_missing_or_outdated_tools(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home.install_tools(_all_tools())
    match missing:
        case "program":
            (paths.bin_dir() / "etcd").unlink()
        case "shim":
            (paths.bin_dir() / "pulumi").unlink()
        case "plugin":
            _plugin().unlink()
        case _:
            stamp = paths.state_dir() / "toolchain"
            stamp.write_text(stamp.read_text().replace("kubectl-1.36.2", "kubectl-1.35.0"))

    class _Finder:
        def find_all(self) -> list[InstalledTool]:
            return _all_tools("second")

    monkeypatch.setattr(home, "Finder", _Finder)
    home.prepare()
    assert (paths.bin_dir() / "etcd").read_text() == "second etcd"
    assert (paths.bin_dir() / "pulumi").exists()
    assert _plugin().read_text() == "second pulumi-resource-kubernetes"


def test_only_owner_can_access_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    umask = os.umask(0)
    try:
        home.install_tools(_all_tools())
        home.prepare()
    finally:
        os.umask(umask)
    state = paths.state_dir()
    assert {_mode(folder) for folder in (state, *(state / name for name in ("bin", "pulumi", "state", "tmp")))} == {
        0o700
    }
    assert {_mode(file) for file in state.iterdir() if file.is_file()} == {0o600}


def test_passphrase_is_long_and_does_not_change() -> None:
    home.install_tools(_all_tools())
    home.prepare()
    passphrase = (paths.state_dir() / "passphrase").read_text()
    home.prepare()
    assert len(passphrase) >= 32
    assert (paths.state_dir() / "passphrase").read_text() == passphrase


def test_unchanged_plugin_script_is_not_rewritten() -> None:
    program = paths.pulumi_home() / "plugins" / "resource-local-v1.0.0" / "pulumi-resource-local"
    home.install_plugin("local", "1.0.0", "#!/bin/sh\necho first\n")
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "first\n"
    first = program.stat()
    home.install_plugin("local", "1.0.0", "#!/bin/sh\necho first\n")
    assert (program.stat().st_ino, program.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert _mode(program) == 0o700


def test_changed_plugin_script_is_replaced_atomically() -> None:
    program = paths.pulumi_home() / "plugins" / "resource-local-v1.0.0" / "pulumi-resource-local"
    home.install_plugin("local", "1.0.0", "first")
    with program.open() as running:
        home.install_plugin("local", "1.0.0", "second")
        assert running.read() == "first"
    assert program.read_text() == "second"
    assert [file.name for file in program.parent.iterdir()] == [program.name]


def test_variables_point_to_state_folder(checkout: Path) -> None:
    variables = home.variables()
    state = checkout / ".anykube"
    assert variables["PULUMI_HOME"] == str(state / "pulumi")
    assert "PULUMI_BACKEND_URL" not in variables  # the shim sets it for each command
    assert variables["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(state / "passphrase")
    assert variables["PATH"].split(os.pathsep)[0] == str(state / "bin")


def test_path_contains_bin_folder_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", home.variables()["PATH"])
    assert home.variables()["PATH"].split(os.pathsep).count(str(paths.bin_dir())) == 1


@pytest.mark.parametrize(
    ("user_variable", "variable"),
    [
        ("PULUMI_BACKEND_URL", "PULUMI_BACKEND_URL"),
        ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"),
        ("PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_CONFIG_PASSPHRASE_FILE"),
    ],
)
@pytest.mark.parametrize("value", ["user's own", ""])
def test_keeps_backend_and_passphrase_of_user(
    user_variable: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(user_variable, value)
    assert variable not in home.variables()
    assert home.environment()[user_variable] == value


def test_exports_are_quoted_for_the_shell() -> None:
    variables = {"SPECIAL": "a 'b' \"c\" $HOME `id` \\ \n* é; exit 1", "EMPTY": ""}
    script = home.render_exports(variables) + 'printf "%s\\0%s" "$SPECIAL" "$EMPTY"'
    output = subprocess.run(["/bin/sh", "-euc", script], capture_output=True, check=True).stdout
    assert output.decode().split("\0") == list(variables.values())


def test_user_project_uses_python_that_runs_the_command() -> None:
    home.install_tools(_all_tools())
    home.prepare()
    command = ["python3", "-c", "import sys; print(sys.prefix, sys.argv[1])", "two words"]
    result = subprocess.run(command, env=home.environment(), capture_output=True, text=True, check=True)
    assert result.stdout == f"{sys.prefix} two words\n"
    assert _mode(home.interpreter() / "bin" / "python") == 0o700


def test_repository_uses_its_own_python(checkout: Path) -> None:
    (checkout / "operations" / "anykube_cli").mkdir(parents=True)
    assert str(home.interpreter()) not in home.variables()["PATH"]


def test_rehearsal_has_same_python_on_path(tmp_path: Path) -> None:
    home.install_tools(_all_tools())
    path = home.create_home(tmp_path / "rehearsal")["PATH"].split(os.pathsep)
    assert path[:2] == [str(tmp_path / "rehearsal" / "bin"), str(home.interpreter() / "bin")]
    assert str(paths.bin_dir()) not in path
