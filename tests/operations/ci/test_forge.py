"""Comments and issues of a job, on a simulated GitHub and GitLab on loopback."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anykube_cli.ci.forge import ForgeError, forge, number

from tests.e2e.forge import Forge

_MARK = "<!-- anykube: test -->"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    for name in ("GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_EVENT_PATH", "GITHUB_TOKEN", "CI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    with Forge() as server:
        yield server


@pytest.fixture(params=[Forge.job, Forge.gitlab_job], ids=["GitHub", "GitLab"])
def job(served: Forge, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Forge:
    variables: Callable[[Forge, int], dict[str, str]] = request.param
    for name, value in variables(served, 7).items():
        monkeypatch.setenv(name, value)
    return served


def test_a_comment_is_created_once_and_then_updated(job: Forge) -> None:
    job.comments[number()] = []
    for other in range(150):
        job.add_comment(7, f"a comment {other}")
    assert forge().comment(7, _MARK, f"{_MARK}\none") == "created"
    assert forge().comment(7, _MARK, f"{_MARK}\ntwo") == "updated"
    assert forge().comment(7, _MARK, f"{_MARK}\ntwo") == "unchanged"
    assert [comment["body"] for comment in job.comments[7] if _MARK in comment["body"]] == [f"{_MARK}\ntwo"]


def test_an_issue_is_opened_once_updated_and_closed(job: Forge) -> None:
    assert forge().issue(_MARK, "drift", f"{_MARK}\nnone", close=True) == "not needed"
    assert forge().issue(_MARK, "drift", f"{_MARK}\nsome", close=False) == "opened"
    assert forge().issue(_MARK, "drift", f"{_MARK}\nmore", close=False) == "updated"
    assert forge().issue(_MARK, "drift", f"{_MARK}\nnone", close=True) == "closed"
    assert forge().issue(_MARK, "drift", f"{_MARK}\nsome", close=False) == "opened"
    assert [issue["state"] == "closed" for issue in job.issues] == [True, False]


def test_keeps_a_comment_of_another_author_with_the_same_mark(served: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in served.job(7).items():
        monkeypatch.setenv(name, value)
    served.add_comment(7, f"{_MARK}\nnot by the job")
    assert forge().comment(7, _MARK, f"{_MARK}\none") == "created"
    assert [comment["body"] for comment in served.comments[7]] == [f"{_MARK}\nnot by the job", f"{_MARK}\none"]


def test_an_invalid_token_is_not_in_the_message(job: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, "not-a-token")
    with pytest.raises(ForgeError, match="was refused: 401 Bad credentials") as error:
        forge().comment(7, _MARK, _MARK)
    assert "not-a-token" not in str(error.value)


def test_a_missing_variable_is_named(served: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ForgeError, match="GITHUB_REPOSITORY"):
        forge()
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    with pytest.raises(ForgeError, match="GITHUB_TOKEN is not set"):
        forge()
    with pytest.raises(ForgeError, match="--number"):
        number()


def test_reads_the_number_from_the_event(served: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GITHUB_REF", "refs/pull/13/merge")
    assert number() == 12
    event.write_text("{}")
    assert number() == 13
