"""A simulated forge on loopback: comments and issues of one repository, with the REST APIs of GitHub and GitLab.

It supports paginated lists, creation and changes, and rejects requests without the token.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_" + "a" * 36
"""A token in the format of those that GitHub gives to jobs."""
REPOSITORY = "team/shop"
PROJECT = "42"
"""The id of the same repository on GitLab."""
_STRANGER = {"login": "somebody", "type": "User"}
_JOB = {"login": "github-actions[bot]", "type": "Bot"}


class Forge:
    """Comments by pull request, and issues."""

    def __init__(self) -> None:
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.issues: list[dict[str, Any]] = []
        self.requests: list[str] = []
        """Method and path of all requests, in order."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def __enter__(self) -> "Forge":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def job(self, number: int | None = None) -> dict[str, str]:
        """The environment variables of a GitHub job, with or without a pull request."""
        pull = {"GITHUB_REF": f"refs/pull/{number}/merge"} if number else {}
        return {
            "GITHUB_API_URL": f"http://127.0.0.1:{self._server.server_port}",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            **pull,
        }

    def gitlab_job(self, number: int | None = None) -> dict[str, str]:
        """The environment variables of a GitLab job."""
        request = {"CI_MERGE_REQUEST_IID": str(number)} if number else {}
        url = f"http://127.0.0.1:{self._server.server_port}"
        return {"CI_API_V4_URL": url, "CI_PROJECT_ID": PROJECT, "GITLAB_TOKEN": TOKEN, **request}

    def add_comment(self, number: int, body: str) -> None:
        """Adds a person's comment to a pull request."""
        self._add(self.comments.setdefault(number, []), body, _STRANGER)

    def _add(self, items: list[dict[str, Any]], body: str, user: dict[str, str]) -> dict[str, Any]:
        item = {"id": len(self.requests) + 1000 + len(items), "body": body, "user": user}
        items.append(item)
        return item

    def _handle(self, method: str, path: str, query: dict[str, list[str]], content: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(f"{method} {path}")
        if match := re.fullmatch(r"(?:issues|merge_requests)/(\d+)/(?:comments|notes)", path):
            items = self.comments.setdefault(int(match[1]), [])
            return (201, self._add(items, content["body"], _JOB)) if method == "POST" else (200, _page(items, query))
        if match := re.fullmatch(r"(?:issues/comments|merge_requests/\d+/notes)/(\d+)", path):
            return self._change(
                [comment for items in self.comments.values() for comment in items], "id", match[1], content
            )
        if path == "issues":
            if method == "POST":
                item = self._add(self.issues, content.get("body", ""), _JOB)
                count, state = len(self.issues), "open" if "body" in content else "opened"
                item |= {"number": count, "iid": count, "state": state, **content}
                return 201, item
            return 200, _page([comment for comment in self.issues if comment["state"] == query["state"][0]], query)
        if match := re.fullmatch(r"issues/(\d+)", path):
            if content.pop("state_event", None) == "close":
                content["state"] = "closed"
            return self._change(self.issues, "number", match[1], content)
        return 404, {"message": "Not Found"}

    @staticmethod
    def _change(items: list[dict[str, Any]], key: str, number: str, content: dict[str, Any]) -> tuple[int, Any]:
        item = next((candidate for candidate in items if candidate[key] == int(number)), None)
        if item is None:
            return 404, {"message": "Not Found"}
        item |= content
        return 200, item

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
                url = urlsplit(self.path)
                path = url.path.removeprefix(f"/repos/{REPOSITORY}/").removeprefix(f"/projects/{PROJECT}/")
                if f"Bearer {TOKEN}" != (
                    self.headers.get("Authorization") or f"Bearer {self.headers['PRIVATE-TOKEN']}"
                ):
                    status, response = 401, {"message": "Bad credentials"}
                else:
                    status, response = forge._handle(self.command, path, parse_qs(url.query), content)
                body = json.dumps(response).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = do_PUT = _do  # noqa: N815  # the names that http.server asks for

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _page(items: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    size, number = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
    return items[(number - 1) * size : number * size]
