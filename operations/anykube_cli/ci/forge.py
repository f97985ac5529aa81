"""GitHub and GitLab, as a job of theirs knows them from its environment: comments and issues of ours, found by a mark.

https://docs.github.com/en/rest/issues/comments and https://docs.gitlab.com/api/notes/
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

_TIMEOUT = 30.0
"""Seconds."""
_PAGE = 100
"""Entries of a list that are asked for at once: the most that both give."""
_MOST = 100
"""Pages of a list."""


class ForgeError(Exception):
    """The forge refuses, or the environment does not say which it is; the text is a sentence."""


@dataclass(frozen=True)
class Forge:
    """Where a repository is, and how its comments and issues are called there."""

    url: str
    """Of the repository, in the forge's API."""
    headers: Mapping[str, str]
    notes: str
    """The path of a request's comments, with {number}."""
    note: str
    """The path of one of them, with {number} and {id}."""
    key: str
    """How an issue is numbered in the forge's answers."""
    body: str
    """How an issue's text is called."""
    opened: str
    """What `state` is of an issue that is open."""
    change: str
    """The method that changes something."""
    closed: Mapping[str, str]
    """What closes an issue."""
    is_ours: Mapping[str, str]
    """What a comment of this job's own has: `user.type` of a token that GitHub gives a job is Bot."""

    def comment(self, number: int, mark: str, text: str) -> str:
        """Puts the comment with this mark onto the pull request, in the place of an earlier one. Says what it did."""
        there = next(
            (one for one in self._all(self.notes.format(number=number)) if self._ours(one, mark, "body")), None
        )
        if there is None:
            self._ask("POST", self.notes.format(number=number), body=text)
            return "made"
        if there["body"] == text:
            return "unchanged"
        self._ask(self.change, self.note.format(number=number, id=there["id"]), body=text)
        return "updated"

    def issue(self, mark: str, title: str, text: str, *, well: bool) -> str:
        """Opens the issue with this mark, or updates it; `well`: closes the one that is open. Says what it did."""
        open_ones = self._all(f"issues?state={self.opened}")
        there = next((one for one in open_ones if self._ours(one, mark, self.body)), None)
        if there is None:
            if well:
                return "not needed"
            self._ask("POST", "issues", **{"title": title, self.body: text})
            return "opened"
        more = dict(self.closed) if well else {}
        self._ask(self.change, f"issues/{there[self.key]}", **{"title": title, self.body: text, **more})
        return "closed" if well else "updated"

    def _ours(self, one: Mapping[str, Any], mark: str, body: str) -> bool:
        author = one.get("user") or one.get("author") or {}
        return str(one.get(body) or "").startswith(mark) and self.is_ours.items() <= author.items()

    def _all(self, path: str) -> Iterator[Mapping[str, Any]]:
        joined = "&" if "?" in path else "?"
        for page in range(1, _MOST + 1):
            found: Sequence[Mapping[str, Any]] = self._ask("GET", f"{path}{joined}per_page={_PAGE}&page={page}")
            yield from found
            if len(found) < _PAGE:
                return

    def _ask(self, method: str, path: str, **content: str) -> Any:
        try:
            answer = httpx2.request(
                method, f"{self.url}/{path}", headers=dict(self.headers), json=content or None, timeout=_TIMEOUT
            )
        except httpx2.HTTPError as error:
            raise ForgeError(f"{self.url} does not answer: {error}") from None
        if answer.is_error:
            try:
                said = answer.json().get("message", "")
            except (ValueError, AttributeError):
                said = ""
            raise ForgeError(f"{method} {self.url}/{path.partition('?')[0]} was refused: {answer.status_code} {said}")
        return answer.json() if answer.content else None


def forge() -> Forge:
    """The forge whose job this is. Raises ForgeError."""
    if "GITHUB_REPOSITORY" in os.environ:
        return _github()
    if "CI_PROJECT_ID" in os.environ:
        return _gitlab()
    raise ForgeError("no job of GitHub's (GITHUB_REPOSITORY) or GitLab's (CI_PROJECT_ID): nowhere to put this")


def number() -> int:
    """The pull request that this job is for. Raises ForgeError."""
    event = os.environ.get("GITHUB_EVENT_PATH")
    if event and Path(event).is_file():
        content = json.loads(Path(event).read_text())
        if found := (content.get("pull_request") or {}).get("number"):
            return int(found)
    if found := re.fullmatch(r"refs/pull/(\d+)/.*", os.environ.get("GITHUB_REF", "")):
        return int(found[1])
    if found := os.environ.get("CI_MERGE_REQUEST_IID"):
        return int(found)
    raise ForgeError("this job is for no pull request: --number names one")


def _github() -> Forge:
    token = _token("GITHUB_TOKEN")
    # Anybody may write a comment with our mark; only a token that GitHub gave the job itself says who it is.
    ours = {"type": "Bot"} if token.startswith("ghs_") else {}
    return Forge(
        url=f"{_given('GITHUB_API_URL')}/repos/{os.environ['GITHUB_REPOSITORY']}",
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        notes="issues/{number}/comments",
        note="issues/comments/{id}",
        key="number",
        body="body",
        opened="open",
        change="PATCH",
        closed={"state": "closed"},
        is_ours=ours,
    )


def _gitlab() -> Forge:
    return Forge(
        url=f"{_given('CI_API_V4_URL')}/projects/{os.environ['CI_PROJECT_ID']}",
        headers={"PRIVATE-TOKEN": _token("GITLAB_TOKEN")},
        notes="merge_requests/{number}/notes",
        note="merge_requests/{number}/notes/{id}",
        key="iid",
        body="description",
        opened="opened",
        change="PUT",
        closed={"state_event": "close"},
        is_ours={},
    )


def _token(name: str) -> str:
    if found := os.environ.get(name):
        return found
    raise ForgeError(f"{name} is not in the environment: the job has to be given a token that may write comments")


def _given(name: str) -> str:
    if found := os.environ.get(name):
        return found.rstrip("/")
    raise ForgeError(f"{name} is not in the environment, where the forge says it")
