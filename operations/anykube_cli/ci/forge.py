"""Posts comments and issues on GitHub and GitLab. A mark in the text identifies those that Anykube wrote.

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

_TIMEOUT_SECONDS = 30.0
_PAGE_SIZE = 100
"""Entries of a list per request: the maximum of both forges."""
_MAX_PAGES = 100


class ForgeError(Exception):
    """The forge refused a request, or is not known. The text says why, without a full stop."""


@dataclass(frozen=True)
class Forge:
    """A repository on GitHub or GitLab, and the differences of their APIs."""

    url: str
    """The repository in the forge's API."""
    headers: Mapping[str, str]
    notes: str
    """The path of a pull request's comments, with {number}."""
    note: str
    """The path of one comment, with {number} and {id}."""
    key: str
    """The field with an issue's number."""
    body: str
    """The field with an issue's text."""
    opened: str
    """The value of `state` of an open issue."""
    change: str
    """The HTTP method of an update."""
    closed: Mapping[str, str]
    """The fields that close an issue."""
    is_ours: Mapping[str, str]
    """Fields of the author of this job's own comments. GitHub: `type` is Bot for the token of a job."""

    def comment(self, number: int, mark: str, text: str) -> str:
        """Posts the comment with this mark on the pull request, or updates it. Returns what it did."""
        comments = self._list(self.notes.format(number=number))
        existing = next((comment for comment in comments if self._is_ours(comment, mark, "body")), None)
        if existing is None:
            self._request("POST", self.notes.format(number=number), body=text)
            return "created"
        if existing["body"] == text:
            return "unchanged"
        self._request(self.change, self.note.format(number=number, id=existing["id"]), body=text)
        return "updated"

    def issue(self, mark: str, title: str, text: str, *, close: bool) -> str:
        """Opens the issue with this mark, updates it or, with `close`, closes it. Returns what it did."""
        issues = self._list(f"issues?state={self.opened}")
        existing = next((issue for issue in issues if self._is_ours(issue, mark, self.body)), None)
        if existing is None:
            if close:
                return "not needed"
            self._request("POST", "issues", **{"title": title, self.body: text})
            return "opened"
        state = dict(self.closed) if close else {}
        self._request(self.change, f"issues/{existing[self.key]}", **{"title": title, self.body: text, **state})
        return "closed" if close else "updated"

    def _is_ours(self, entry: Mapping[str, Any], mark: str, body: str) -> bool:
        author = entry.get("user") or entry.get("author") or {}
        return str(entry.get(body) or "").startswith(mark) and self.is_ours.items() <= author.items()

    def _list(self, path: str) -> Iterator[Mapping[str, Any]]:
        separator = "&" if "?" in path else "?"
        for page in range(1, _MAX_PAGES + 1):
            query = f"{separator}per_page={_PAGE_SIZE}&page={page}"
            entries: Sequence[Mapping[str, Any]] = self._request("GET", f"{path}{query}")
            yield from entries
            if len(entries) < _PAGE_SIZE:
                return

    def _request(self, method: str, path: str, **content: str) -> Any:
        try:
            response = httpx2.request(
                method, f"{self.url}/{path}", headers=dict(self.headers), json=content or None, timeout=_TIMEOUT_SECONDS
            )
        except httpx2.HTTPError as error:
            raise ForgeError(f"{self.url} does not respond: {error}") from None
        if response.is_error:
            try:
                message = response.json().get("message", "")
            except (ValueError, AttributeError):
                message = ""
            address = f"{self.url}/{path.partition('?')[0]}"
            raise ForgeError(f"{method} {address} was refused: {response.status_code} {message}")
        return response.json() if response.content else None


def forge() -> Forge:
    """The forge that runs this job. Raises ForgeError."""
    if "GITHUB_REPOSITORY" in os.environ:
        return _github()
    if "CI_PROJECT_ID" in os.environ:
        return _gitlab()
    raise ForgeError(
        "this is no job of GitHub or GitLab: neither GITHUB_REPOSITORY nor CI_PROJECT_ID is set. "
        "Run this command in a CI job"
    )


def number() -> int:
    """The number of the pull request that this job is for. Raises ForgeError."""
    event = os.environ.get("GITHUB_EVENT_PATH")
    if event and Path(event).is_file():
        content = json.loads(Path(event).read_text())
        if event_number := (content.get("pull_request") or {}).get("number"):
            return int(event_number)
    if match := re.fullmatch(r"refs/pull/(\d+)/.*", os.environ.get("GITHUB_REF", "")):
        return int(match[1])
    if merge_request := os.environ.get("CI_MERGE_REQUEST_IID"):
        return int(merge_request)
    raise ForgeError("this job is not for a pull request. Name one with --number")


def _github() -> Forge:
    token = _token("GITHUB_TOKEN")
    # Anybody can write a comment with this mark. Only the token of a job has an author that can be checked.
    author = {"type": "Bot"} if token.startswith("ghs_") else {}
    return Forge(
        url=f"{_api_url('GITHUB_API_URL')}/repos/{os.environ['GITHUB_REPOSITORY']}",
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
        is_ours=author,
    )


def _gitlab() -> Forge:
    return Forge(
        url=f"{_api_url('CI_API_V4_URL')}/projects/{os.environ['CI_PROJECT_ID']}",
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
    if token := os.environ.get(name):
        return token
    raise ForgeError(f"{name} is not set. Give the job a token that may write comments and issues")


def _api_url(name: str) -> str:
    if url := os.environ.get(name):
        return url.rstrip("/")
    raise ForgeError(f"{name} is not set. CI jobs have it by default")
