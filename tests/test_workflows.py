"""The workflows of GitHub and their twin for GitLab: judged by linters, and by what we promise of them."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from anykube_cli.ci.order import promoted
from anykube_cli.commands.root import cli
from anykube_cli.toolchain.finder import Finder
from anykube_cli.toolchain.tools import ACTIONLINT
from typer.testing import CliRunner

_ROOT = Path(__file__).parents[1]
_WORKFLOWS = sorted((_ROOT / ".github" / "workflows").glob("*.yaml"))
_ACTIONS = sorted((_ROOT / ".github" / "actions").glob("*/action.yaml"))
_GITLAB = _ROOT / ".gitlab-ci.yml"
_OURS = ".anykube/venv/bin/anykube "
_FORK = "github.event.pull_request.head.repo.full_name == github.repository"

Tree = Mapping[str, Any]


def _tree(file: Path) -> Tree:
    read: Tree = yaml.safe_load(file.read_text())
    return read


def _on(workflow: Tree) -> Tree:
    """What starts it; YAML 1.1 reads the key `on` as true."""
    said = workflow[True]  # type: ignore[index]
    return {said: None} if isinstance(said, str) else said


@dataclass(frozen=True)
class Job:
    """A job of either forge."""

    name: str
    commands: tuple[str, ...]
    stack: str = ""
    after: tuple[str, ...] = ()


def _github_jobs() -> Iterator[tuple[Path, str, Tree]]:
    for file in _WORKFLOWS:
        for name, job in _tree(file)["jobs"].items():
            yield file, name, job


def _steps() -> Iterator[tuple[Path, Tree]]:
    for file, _, job in _github_jobs():
        yield from ((file, step) for step in job.get("steps", ()))
    for file in _ACTIONS:
        yield from ((file, step) for step in _tree(file)["runs"]["steps"])


def _gitlab_jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with what it extends merged into it."""
    tree = _tree(_GITLAB)
    for name, job in tree.items():
        if isinstance(job, dict) and not name.startswith(".") and name not in ("default", "variables", "workflow"):
            yield name, _extended(tree, job)


def _extended(tree: Tree, job: Mapping[str, Any]) -> dict[str, Any]:
    base = _extended(tree, tree[job["extends"]]) if "extends" in job else {}
    variables = {**base.get("variables", {}), **job.get("variables", {})}
    return {**base, **job, **({"variables": variables} if variables else {})}


def _ask(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)


def _beside(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


# --- linters


@pytest.mark.slow
def test_actionlint_has_nothing_to_say() -> None:
    [found] = Finder().find_all([ACTIONLINT])
    answer = _ask(str(found.program), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, _WORKFLOWS))
    assert (answer.returncode, answer.stdout + answer.stderr) == (0, "")


@pytest.mark.slow
def test_actionlint_is_run_in_earnest(tmp_path: Path) -> None:
    [found] = Finder().find_all([ACTIONLINT])
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((_ROOT / ".github/workflows/drift.yaml").read_text().replace("needs: drift", "needs: drifting"))
    answer = _ask(str(found.program), "-no-color", "-shellcheck=", "-pyflakes=", str(wrong))
    assert answer.returncode == 1
    assert "drifting" in answer.stdout


def test_zizmor_has_nothing_to_say() -> None:
    answer = _ask(
        _beside("zizmor"), "--offline", "--no-progress", "--color", "never", "--persona", "auditor", ".github"
    )
    assert answer.returncode == 0, answer.stdout
    assert answer.stderr.count("completed") == len(_WORKFLOWS) + len(_ACTIONS)


def test_zizmor_is_run_in_earnest(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = (_ROOT / ".github/workflows/pull-request.yaml").read_text()
    wrong.write_text(
        text.replace("on: pull_request", "on: pull_request_target").replace(
            "persist-credentials: false", "persist-credentials: true"
        )
    )
    answer = _ask(
        _beside("zizmor"), "--offline", "--no-progress", "--color", "never", "--persona", "auditor", str(wrong)
    )
    assert answer.returncode != 0
    assert {"dangerous-triggers", "artipacked"} <= set(re.findall(r"^\w+\[([\w-]+)\]", answer.stdout, re.MULTILINE))


@pytest.mark.parametrize(
    ("schema", "files"), [("gitlab-ci", [_GITLAB]), ("github-workflows", _WORKFLOWS), ("github-actions", _ACTIONS)]
)
def test_the_published_schema_has_nothing_to_say(schema: str, files: list[Path]) -> None:
    told = ("--data-transform", "gitlab-ci") if schema == "gitlab-ci" else ()
    answer = _ask(_beside("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *told, *map(str, files))
    assert answer.returncode == 0, answer.stdout


# --- commands


def _runs() -> Iterator[str]:
    """Every command that either forge runs."""
    for _, step in _steps():
        yield from step.get("run", "").strip().splitlines()
    tree = _tree(_GITLAB)
    for job in (one for one in tree.values() if isinstance(one, dict)):
        for part in ("before_script", "script", "after_script"):
            yield from job.get(part, ())


def _command(line: str) -> str:
    """The command in `eval "$(…)"`."""
    return re.sub(r'^eval "\$\((.*)\)"$', r"\1", line)


_COMMANDS = sorted(set(map(_command, _runs())))


def _targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (_ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("line", _COMMANDS)
def test_every_step_is_one_command_of_ours_which_takes_these_arguments(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if line.startswith("make "):
        wanted = [word for word in shlex.split(line)[1:] if not word.startswith("-")]
        assert set(wanted) <= _targets()
        return
    assert line.startswith(_OURS), f"`{line}` is none of our commands: logic belongs into operations/anykube_cli/ci"
    monkeypatch.chdir(tmp_path)
    for name in ("comment.md", "drift.md"):
        (tmp_path / name).touch()
    words = shlex.split(_filled(line.removeprefix(_OURS)))
    assert not {";", "|", "||", "&&", ">", ">>"} & set(words)
    command: Any = typer.main.get_command(cli)
    path = list[str]()
    while commands := getattr(command, "commands", None):
        path.append(words.pop(0))
        command = commands[path[-1]]
    # Parses the arguments, and runs nothing.
    command.make_context(command.name, words)
    assert CliRunner().invoke(cli, [*path, "--help"]).exit_code == 0


def _filled(line: str) -> str:
    """As a shell would fill in the variables of a step."""
    line = re.sub(r'\$\{(\w+):\+(.*?"\$\w+")\}', r"\2", line)
    return re.sub(r"\$\w+", "7", line)


def test_a_step_with_an_argument_that_is_none_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match="No such option: --force"):
        test_every_step_is_one_command_of_ours_which_takes_these_arguments(
            f"{_OURS}ci deploy --stack 7 --force", tmp_path, monkeypatch
        )


def test_all_steps_are_looked_at() -> None:
    words = {line.removeprefix(f"{_OURS}ci ").split()[0] for line in _COMMANDS if line.startswith(f"{_OURS}ci ")}
    assert words == {"login", "pull-request", "comment", "deploy", "drift", "issue", "review"}
    assert any(line == "make check" for line in _COMMANDS)


# --- who may do what


@pytest.mark.parametrize("file", [*_WORKFLOWS, *_ACTIONS], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(file: Path) -> None:
    for said in re.findall(r"^\s*(?:- )?uses: (.*)$", file.read_text(), re.MULTILINE):
        ours = re.fullmatch(r"\./(\.github/\S+)", said)
        if ours:
            assert (_ROOT / ours[1]).exists()
        else:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", said), said


def test_one_action_has_one_version_everywhere() -> None:
    said = re.findall(r"uses: ([\w/-]+)@(\w+) # (\S+)", "".join(file.read_text() for file in [*_WORKFLOWS, *_ACTIONS]))
    assert len({name for name, *_ in said}) == len(set(said)) == 8


@pytest.mark.parametrize("file", [*_WORKFLOWS, *_ACTIONS, _GITLAB], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_stored_credential_is_used_or_written_anywhere(file: Path) -> None:
    text = file.read_text()
    assert set(re.findall(r"secrets\.\w+", text)) <= {"secrets.GITHUB_TOKEN"}
    # Inputs and variables by which the clouds take a key that lives long.
    keys = (
        "aws-access-key-id aws-secret-access-key credentials_json creds: client-secret AWS_ACCESS_KEY_ID "
        "AWS_SECRET_ACCESS_KEY GOOGLE_CREDENTIALS ARM_CLIENT_SECRET AZURE_CLIENT_SECRET PULUMI_ACCESS_TOKEN "
        "PULUMI_CONFIG_PASSPHRASE"
    )
    assert not [key for key in keys.split() if key in text]
    assert not re.search(r"AKIA[0-9A-Z]{16}|gh[pousr]_\w{20}|glpat-|-----BEGIN|pul-[0-9a-f]{40}", text)


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_starts_with_no_permission_and_is_started_by_nothing_dangerous(file: Path) -> None:
    workflow = _tree(file)
    assert workflow["permissions"] == {}
    started = {"pull_request", "push", "schedule", "workflow_call", "workflow_dispatch"}
    assert set(_on(workflow)) <= started


def test_a_token_for_a_cloud_and_one_that_writes_to_the_forge_are_never_in_one_job() -> None:
    for file, name, job in _github_jobs():
        permissions = job["permissions"]
        assert permissions["contents"] == "read", (file, name)
        writing = {scope for scope, how in permissions.items() if how == "write"}
        assert writing in (set(), {"id-token"}, {"pull-requests"}, {"issues"}), (file, name)


def test_every_checkout_leaves_no_credentials_behind() -> None:
    checkouts = [step for _, step in _steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == sum("steps" in job for *_, job in _github_jobs())
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert not any("ref" in step["with"] for step in checkouts)


def test_a_pull_request_of_a_fork_gets_no_credentials() -> None:
    asked = 0
    for file, name, job in _github_jobs():
        if "pull_request" not in _on(_tree(file)):
            continue
        for step in job["steps"]:
            if step.get("uses") == "./.github/actions/login" or "GITHUB_TOKEN" in job.get("env", {}):
                conditions = f"{job.get('if', '')} && {step.get('if', '')}"
                assert _FORK in conditions or "github.event_name == 'schedule'" in conditions, (file, name)
                asked += 1
    assert asked >= 4


def test_previews_take_the_role_that_only_reads_and_the_others_one_of_their_environment() -> None:
    for file, name, job in _github_jobs():
        for step in job.get("steps", ()):
            if step.get("uses") == "./.github/actions/login":
                reads = name in ("plan", "drift")
                assert ("AWS_PREVIEW_ROLE" in step["with"]["aws-role"]) is reads, (file, name)
                assert ("environment" in job) is not reads, (file, name)
    for name, job in _gitlab_jobs():
        if "AWS_ID_TOKEN" in job.get("id_tokens", {}):
            reads = name in ("plan", "drift")
            assert (job.get("variables", {}).get("AWS_ROLE") == "$AWS_PREVIEW_ROLE") is reads, name
            assert ("environment" in job) is not reads, name


# --- one run at a time, in order


def _writes(commands: str) -> bool:
    return any(word in commands for word in ("ci deploy", "ci review"))


def test_what_writes_to_a_stack_waits_for_the_run_before_and_is_never_cancelled() -> None:
    groups = dict[str, str]()
    for file, name, job in _github_jobs():
        if _writes(str(job.get("steps"))):
            assert job["concurrency"]["cancel-in-progress"] is False
            groups[name] = job["concurrency"]["group"]
            # A group of the whole workflow would cancel it too.
            assert "concurrency" not in _tree(file)
    number = "${{ github.event.number }}"
    assert groups == {
        "deploy": "stack-${{ inputs.stack }}",
        "review-up": f"stack-pr-{number}",
        "review-down": f"stack-pr-{number}",
        "review-sweep": "review-sweep",
    }
    assert _tree(_GITLAB)["default"]["interruptible"] is False
    for name, job in _gitlab_jobs():
        if _writes(str(job["script"])):
            assert not job.get("interruptible"), name
            stack = job.get("variables", {}).get("STACK")
            expected = f"stack-{stack}" if stack else groups[name].replace(number, "$CI_MERGE_REQUEST_IID")
            assert job["resource_group"] == expected


def _resolved() -> Iterator[Job]:
    """GitHub's jobs, those of a reusable workflow in the place of who calls it."""
    reusable = {f"./.github/workflows/{file.name}": _tree(file) for file in _WORKFLOWS}
    for file, name, job in _github_jobs():
        if "workflow_call" in _on(_tree(file)):
            continue
        called = next(iter(reusable[job["uses"]]["jobs"].values())) if "uses" in job else job
        needs = job.get("needs", [])
        commands = tuple(step["run"] for step in called["steps"] if "run" in step)
        after = (needs,) if isinstance(needs, str) else tuple(needs)
        yield Job(name, commands, job.get("with", {}).get("stack", ""), after)


def test_the_twin_has_the_same_jobs_with_the_same_commands_in_the_same_order() -> None:
    github = {job.name: job for job in _resolved()}
    gitlab = {
        name: Job(name, tuple(job["script"]), job.get("variables", {}).get("STACK", ""), tuple(job.get("needs", ())))
        for name, job in _gitlab_jobs()
    }
    assert gitlab == github


def test_stacks_are_brought_up_in_the_order_of_promotion() -> None:
    """A page of an environment that CI does not bring up, or brings up too early, is noticed here."""
    there = {one.stack: one for one in promoted()}
    jobs = {job.stack: job for job in _resolved() if job.stack}
    assert list(jobs) == list(there)
    before: dict[str, str] = {}
    for stack, one in there.items():
        assert jobs[stack].after == ((before[one.cloud],) if one.cloud in before else ())
        before[one.cloud] = stack


def test_production_is_approved() -> None:
    [called] = (job for file, _, job in _github_jobs() if file.name == "deploy-stack.yaml")
    assert called["environment"] == "${{ inputs.stack }}"
    for name, job in _gitlab_jobs():
        if stack := job.get("variables", {}).get("STACK"):
            assert job["environment"] == stack == name
            assert any(rule.get("when") == "manual" for rule in job["rules"]) is name.endswith("-prod")


# --- what the reference says


def test_the_page_names_every_variable_that_either_forge_reads() -> None:
    page = (_ROOT / "docs" / "reference" / "ci-variables.md").read_text()
    scopes = dict(re.findall(r"^\| `([A-Z_]+)` \| (\w+) \|$", page, re.MULTILINE))
    described = set(re.findall(r"`([A-Z_]+)`(?=[^\n]*: )", page))
    read = set(re.findall(r"vars\.(\w+)", "".join(file.read_text() for file in _WORKFLOWS)))
    assert set(scopes) == read
    assert read <= described
    previewing = {"plan", "drift"}
    for _, name, job in _github_jobs():
        if name in previewing:
            # Jobs without an environment are given those of the repository alone.
            assert {scopes[name] for name in re.findall(r"vars\.(\w+)", str(job))} == {"repository"}


def test_the_reference_has_every_command_that_a_job_runs() -> None:
    page = (_ROOT / "docs" / "reference" / "command-line.md").read_text()
    documented = {f"ci {name}" for name in re.findall(r"^#+ anykube ci ((?:review )?[a-z-]+)$", page, re.MULTILINE)}
    run = {f"ci {name}" for name in re.findall(r"bin/anykube ci ((?:review )?[a-z-]+)", "\n".join(_COMMANDS))}
    assert run <= documented
