"""The GitHub workflows and the equivalent GitLab pipeline: linters, permissions, order and documentation."""

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
from anykube_cli.roles.pipeline_roles import SESSION_SECONDS
from anykube_cli.toolchain.finder import Finder
from anykube_cli.toolchain.tools import ACTIONLINT
from typer.testing import CliRunner

_ROOT = Path(__file__).parents[1]
_WORKFLOWS = sorted((_ROOT / ".github" / "workflows").glob("*.yaml"))
_RELEASE = _ROOT / ".github" / "workflows" / "release.yaml"
_PIPELINES = [file for file in _WORKFLOWS if file != _RELEASE]
"""The workflows that deploy stacks. GitLab has the same jobs; a release is made on GitHub alone."""
_ACTIONS = sorted((_ROOT / ".github" / "actions").glob("*/action.yaml"))
_GITLAB = _ROOT / ".gitlab-ci.yml"
_ANYKUBE = ".anykube/venv/bin/anykube "
_FORK = "github.event.pull_request.head.repo.full_name == github.repository"

Tree = Mapping[str, Any]


def _tree(file: Path) -> Tree:
    tree: Tree = yaml.safe_load(file.read_text())
    return tree


def _triggers(workflow: Tree) -> Tree:
    """The triggers of a workflow. YAML 1.1 parses the key `on` as true."""
    triggers = workflow[True]  # type: ignore[index]
    return {triggers: None} if isinstance(triggers, str) else triggers


@dataclass(frozen=True)
class Job:
    """A job of GitHub or GitLab."""

    name: str
    commands: tuple[str, ...]
    stack: str = ""
    after: tuple[str, ...] = ()


def _github_jobs() -> Iterator[tuple[Path, str, Tree]]:
    for file in _PIPELINES:
        for name, job in _tree(file)["jobs"].items():
            yield file, name, job


def _steps() -> Iterator[tuple[Path, Tree]]:
    for file, _, job in _github_jobs():
        yield from ((file, step) for step in job.get("steps", ()))
    for file in _ACTIONS:
        yield from ((file, step) for step in _tree(file)["runs"]["steps"])


def _gitlab_jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """The jobs, each merged with the job that it extends."""
    tree = _tree(_GITLAB)
    for name, job in tree.items():
        if isinstance(job, dict) and not name.startswith(".") and name not in ("default", "variables", "workflow"):
            yield name, _extended(tree, job)


def _extended(tree: Tree, job: Mapping[str, Any]) -> dict[str, Any]:
    base = _extended(tree, tree[job["extends"]]) if "extends" in job else {}
    variables = {**base.get("variables", {}), **job.get("variables", {})}
    return {**base, **job, **({"variables": variables} if variables else {})}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)


def _program(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


# --- linters


@pytest.mark.slow
def test_actionlint_accepts_workflows() -> None:
    [actionlint] = Finder().find_all([ACTIONLINT])
    result = _run(str(actionlint.program), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, _WORKFLOWS))
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.slow
def test_actionlint_finds_mistake(tmp_path: Path) -> None:
    [actionlint] = Finder().find_all([ACTIONLINT])
    invalid = tmp_path / "invalid.yaml"
    invalid.write_text((_ROOT / ".github/workflows/drift.yaml").read_text().replace("needs: drift", "needs: drifting"))
    result = _run(str(actionlint.program), "-no-color", "-shellcheck=", "-pyflakes=", str(invalid))
    assert result.returncode == 1
    assert "drifting" in result.stdout


def test_zizmor_accepts_workflows() -> None:
    result = _run(
        _program("zizmor"), "--offline", "--no-progress", "--color", "never", "--persona", "auditor", ".github"
    )
    assert result.returncode == 0, result.stdout
    assert result.stderr.count("completed") == len(_WORKFLOWS) + len(_ACTIONS)


def test_zizmor_finds_dangerous_workflow(tmp_path: Path) -> None:
    dangerous = tmp_path / "dangerous.yaml"
    text = (_ROOT / ".github/workflows/pull-request.yaml").read_text()
    dangerous.write_text(
        text.replace("on: pull_request", "on: pull_request_target").replace(
            "persist-credentials: false", "persist-credentials: true"
        )
    )
    result = _run(
        _program("zizmor"), "--offline", "--no-progress", "--color", "never", "--persona", "auditor", str(dangerous)
    )
    assert result.returncode != 0
    assert {"dangerous-triggers", "artipacked"} <= set(re.findall(r"^\w+\[([\w-]+)\]", result.stdout, re.MULTILINE))


@pytest.mark.parametrize(
    ("schema", "files"), [("gitlab-ci", [_GITLAB]), ("github-workflows", _WORKFLOWS), ("github-actions", _ACTIONS)]
)
def test_published_schema_accepts_files(schema: str, files: list[Path]) -> None:
    options = ("--data-transform", "gitlab-ci") if schema == "gitlab-ci" else ()
    result = _run(_program("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *options, *map(str, files))
    assert result.returncode == 0, result.stdout


# --- commands


def _runs() -> Iterator[str]:
    """All commands of the GitHub and GitLab jobs."""
    for _, step in _steps():
        yield from step.get("run", "").strip().splitlines()
    tree = _tree(_GITLAB)
    for job in (value for value in tree.values() if isinstance(value, dict)):
        for key in ("before_script", "script", "after_script"):
            yield from job.get(key, ())


def _command(line: str) -> str:
    """The command in `eval "$(…)"`."""
    return re.sub(r'^eval "\$\((.*)\)"$', r"\1", line)


_COMMANDS = sorted(set(map(_command, _runs())))


def _targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (_ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("line", _COMMANDS)
def test_every_step_is_one_valid_anykube_command(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if line.startswith("make "):
        targets = [argument for argument in shlex.split(line)[1:] if not argument.startswith("-")]
        assert set(targets) <= _targets()
        return
    assert line.startswith(_ANYKUBE), (
        f"`{line}` is not an anykube command. Put its logic into operations/anykube_cli/ci"
    )
    monkeypatch.chdir(tmp_path)
    for name in ("comment.md", "drift.md"):
        (tmp_path / name).touch()
    arguments = shlex.split(_expand_variables(line.removeprefix(_ANYKUBE)))
    assert not {";", "|", "||", "&&", ">", ">>"} & set(arguments)
    command: Any = typer.main.get_command(cli)
    path = list[str]()
    while commands := getattr(command, "commands", None):
        path.append(arguments.pop(0))
        command = commands[path[-1]]
    # Parses the arguments without running the command.
    command.make_context(command.name, arguments)
    assert CliRunner().invoke(cli, [*path, "--help"]).exit_code == 0


def _expand_variables(line: str) -> str:
    """Replaces the variables of a step, as a shell would."""
    line = re.sub(r'\$\{(\w+):\+(.*?"\$\w+")\}', r"\2", line)
    return re.sub(r"\$\w+", "7", line)


def test_unknown_option_in_step_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match="No such option: --force"):
        test_every_step_is_one_valid_anykube_command(f"{_ANYKUBE}ci deploy --stack 7 --force", tmp_path, monkeypatch)


def test_all_ci_commands_are_checked() -> None:
    commands = {
        line.removeprefix(f"{_ANYKUBE}ci ").split()[0] for line in _COMMANDS if line.startswith(f"{_ANYKUBE}ci ")
    }
    assert commands == {"login", "pull-request", "comment", "deploy", "drift", "issue", "review"}
    assert any(line == "make check" for line in _COMMANDS)


# --- permissions


@pytest.mark.parametrize("file", [*_WORKFLOWS, *_ACTIONS], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_actions_are_pinned_by_commit_with_version_comment(file: Path) -> None:
    for action in re.findall(r"^\s*(?:- )?uses: (.*)$", file.read_text(), re.MULTILINE):
        local = re.fullmatch(r"\./(\.github/\S+)", action)
        if local:
            assert (_ROOT / local[1]).exists()
        else:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_each_action_has_same_version_everywhere() -> None:
    text = "".join(file.read_text() for file in [*_WORKFLOWS, *_ACTIONS])
    actions = re.findall(r"uses: ([\w/-]+)@(\w+) # (\S+)", text)
    assert len({name for name, *_ in actions}) == len(set(actions)) == 10


@pytest.mark.parametrize("file", [*_WORKFLOWS, *_ACTIONS, _GITLAB], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_uses_no_stored_credentials(file: Path) -> None:
    text = file.read_text()
    assert set(re.findall(r"secrets\.\w+", text)) <= {"secrets.GITHUB_TOKEN"}
    # Inputs and variables that take a long-lived key of a cloud.
    keys = (
        "aws-access-key-id aws-secret-access-key credentials_json creds: client-secret AWS_ACCESS_KEY_ID "
        "AWS_SECRET_ACCESS_KEY GOOGLE_CREDENTIALS ARM_CLIENT_SECRET AZURE_CLIENT_SECRET PULUMI_ACCESS_TOKEN "
        "PULUMI_CONFIG_PASSPHRASE"
    )
    assert not [key for key in keys.split() if key in text]
    assert not re.search(r"AKIA[0-9A-Z]{16}|gh[pousr]_\w{20}|glpat-|-----BEGIN|pul-[0-9a-f]{40}", text)


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_workflow_has_no_default_permissions_and_safe_triggers(file: Path) -> None:
    workflow = _tree(file)
    assert workflow["permissions"] == {}
    safe_triggers = {"pull_request", "push", "schedule", "workflow_call", "workflow_dispatch"}
    assert set(_triggers(workflow)) <= safe_triggers


def test_no_job_has_both_cloud_token_and_write_access_to_github() -> None:
    for file, name, job in _github_jobs():
        permissions = job["permissions"]
        assert permissions["contents"] == "read", (file, name)
        writable = {scope for scope, access in permissions.items() if access == "write"}
        assert writable in (set(), {"id-token"}, {"pull-requests"}, {"issues"}), (file, name)


def test_checkouts_persist_no_credentials() -> None:
    checkouts = [step for _, step in _steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == sum("steps" in job for *_, job in _github_jobs())
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert not any("ref" in step["with"] for step in checkouts)


def test_pull_request_from_fork_gets_no_credentials() -> None:
    checked = 0
    for file, name, job in _github_jobs():
        if "pull_request" not in _triggers(_tree(file)):
            continue
        for step in job["steps"]:
            if step.get("uses") == "./.github/actions/login" or "GITHUB_TOKEN" in job.get("env", {}):
                conditions = f"{job.get('if', '')} && {step.get('if', '')}"
                assert _FORK in conditions or "github.event_name == 'schedule'" in conditions, (file, name)
                checked += 1
    assert checked >= 4


def test_previews_use_read_only_role_and_others_role_of_environment() -> None:
    for file, name, job in _github_jobs():
        for step in job.get("steps", ()):
            if step.get("uses") == "./.github/actions/login":
                is_preview = name in ("plan", "drift")
                assert ("AWS_PREVIEW_ROLE" in step["with"]["aws-role"]) is is_preview, (file, name)
                assert ("environment" in job) is not is_preview, (file, name)
    for name, job in _gitlab_jobs():
        if "AWS_ID_TOKEN" in job.get("id_tokens", {}):
            is_preview = name in ("plan", "drift")
            assert (job.get("variables", {}).get("AWS_ROLE") == "$AWS_PREVIEW_ROLE") is is_preview, name
            assert ("environment" in job) is not is_preview, name


def test_credentials_live_as_long_as_the_job_that_uses_them() -> None:
    [login] = (file for file in _ACTIONS if file.parent.name == "login")
    for text in (login.read_text(), (_ROOT / "components/anykube/_clusters/eks/templates/login.yaml").read_text()):
        assert re.findall(r"role-duration-seconds: (\d+)", text) == [str(SESSION_SECONDS)]
    for file, name, job in _github_jobs():
        if "./.github/actions/login" in str(job.get("steps")):
            assert job["timeout-minutes"] * 60 <= SESSION_SECONDS, (file, name)
    for name, job in _gitlab_jobs():
        if "id_tokens" in job:
            assert job["timeout"] == f"{SESSION_SECONDS // 3600}h", name
    jobs = (_ROOT / "operations/anykube_cli/templates/jobs.yaml").read_text()
    assert max(map(int, re.findall(r"timeout-minutes: (\d+)", jobs))) * 60 <= SESSION_SECONDS


# --- concurrency and order


def _writes(commands: str) -> bool:
    return any(command in commands for command in ("ci deploy", "ci review"))


def test_jobs_that_change_a_stack_run_one_at_a_time_and_are_never_cancelled() -> None:
    groups = dict[str, str]()
    for file, name, job in _github_jobs():
        if _writes(str(job.get("steps"))):
            assert job["concurrency"]["cancel-in-progress"] is False
            groups[name] = job["concurrency"]["group"]
            # A concurrency group of the whole workflow would also cancel the job.
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


def _resolved_jobs() -> Iterator[Job]:
    """GitHub's jobs. A job that calls a reusable workflow is replaced by the workflow's job."""
    reusable = {f"./.github/workflows/{file.name}": _tree(file) for file in _WORKFLOWS}
    for file, name, job in _github_jobs():
        if "workflow_call" in _triggers(_tree(file)):
            continue
        called = next(iter(reusable[job["uses"]]["jobs"].values())) if "uses" in job else job
        needs = job.get("needs", [])
        commands = tuple(step["run"] for step in called["steps"] if "run" in step)
        after = (needs,) if isinstance(needs, str) else tuple(needs)
        yield Job(name, commands, job.get("with", {}).get("stack", ""), after)


def test_gitlab_has_same_jobs_commands_and_order_as_github() -> None:
    github = {job.name: job for job in _resolved_jobs()}
    gitlab = {
        name: Job(name, tuple(job["script"]), job.get("variables", {}).get("STACK", ""), tuple(job.get("needs", ())))
        for name, job in _gitlab_jobs()
    }
    assert gitlab == github


def test_stacks_are_deployed_in_order_of_promotion() -> None:
    """Fails if CI does not deploy an environment, or deploys it too early."""
    promotions = {promotion.stack: promotion for promotion in promoted()}
    jobs = {job.stack: job for job in _resolved_jobs() if job.stack}
    assert list(jobs) == list(promotions)
    previous: dict[str, str] = {}
    for stack, promotion in promotions.items():
        assert jobs[stack].after == ((previous[promotion.cloud],) if promotion.cloud in previous else ())
        previous[promotion.cloud] = stack


def test_production_requires_approval() -> None:
    [called] = (job for file, _, job in _github_jobs() if file.name == "deploy-stack.yaml")
    assert called["environment"] == "${{ inputs.stack }}"
    for name, job in _gitlab_jobs():
        if stack := job.get("variables", {}).get("STACK"):
            assert job["environment"] == stack == name
            assert any(rule.get("when") == "manual" for rule in job["rules"]) is name.endswith("-prod")


# --- reference documentation


def test_reference_lists_all_ci_variables() -> None:
    page = (_ROOT / "docs" / "reference" / "ci-variables.md").read_text()
    scopes = dict(re.findall(r"^\| `([A-Z_]+)` \| (\w+) \|$", page, re.MULTILINE))
    described = set(re.findall(r"`([A-Z_]+)`(?=[^\n]*: )", page))
    read = set(re.findall(r"vars\.(\w+)", "".join(file.read_text() for file in _WORKFLOWS)))
    assert set(scopes) == read
    assert read <= described
    previewing = {"plan", "drift"}
    for _, name, job in _github_jobs():
        if name in previewing:
            # Jobs without an environment only get the variables of the repository.
            assert {scopes[name] for name in re.findall(r"vars\.(\w+)", str(job))} == {"repository"}


def test_reference_lists_all_ci_commands() -> None:
    page = (_ROOT / "docs" / "reference" / "command-line.md").read_text()
    documented = {f"ci {name}" for name in re.findall(r"^#+ anykube ci ((?:review )?[a-z-]+)$", page, re.MULTILINE)}
    run = {f"ci {name}" for name in re.findall(r"bin/anykube ci ((?:review )?[a-z-]+)", "\n".join(_COMMANDS))}
    assert run <= documented


# --- the release


def test_release_publishes_attested_wheels_without_a_stored_credential() -> None:
    workflow = _tree(_RELEASE)
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert _triggers(workflow) == {"push": {"tags": ["v*"]}}
    assert build["permissions"] == {"contents": "read", "id-token": "write", "attestations": "write"}
    assert publish["permissions"] == {"contents": "read", "id-token": "write"}
    assert publish["environment"] == "release"
    assert publish["needs"] == "build"
    commands = [step["run"] for step in build["steps"] if "run" in step]
    assert commands == ["make check", 'make wheels TAG="$GITHUB_REF_NAME"']
    actions = [step["uses"].partition("@")[0] for step in publish["steps"]]
    assert actions == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
    assert "password" not in str(publish)


def test_wheels_are_built_only_for_a_tag_of_their_version(tmp_path: Path) -> None:
    makefile = (_ROOT / "Makefile").read_text()
    recipe = makefile.partition("\nwheels:")[2].partition("\n\n")[0]
    assert "$(TAG)" in recipe
    check = recipe.splitlines()[-1].strip().removeprefix("@").replace(".anykube/dist", str(tmp_path))
    (tmp_path / "anykube-1.2.3-py3-none-any.whl").touch()
    for tag, code in (("v1.2.3", 0), ("v1.2.4", 1), ("", 0)):
        version = tag.removeprefix("v")
        script = check.replace("$(patsubst v%,%,$(TAG))", version).replace("$(TAG)", tag)
        assert subprocess.run(["sh", "-c", script], check=False, capture_output=True).returncode == code
