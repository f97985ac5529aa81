"""A forge on loopback, as far as a job asks one: comments and issues of one repository, in GitHub's words or GitLab's.

It simulates their REST APIs: lists in pages, what is made, and what is changed. It refuses whoever has not the token.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_" + "a" * 36
"""As GitHub gives one to a job."""
REPOSITORY = "team/shop"
PROJECT = "42"
"""The same repository, as GitLab numbers it."""
_STRANGER = {"login": "somebody", "type": "User"}
_JOB = {"login": "github-actions[bot]", "type": "Bot"}


class Forge:
    """Comments by pull request, and issues, as somebody would see them."""

    def __init__(self) -> None:
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.issues: list[dict[str, Any]] = []
        self.asked: list[str] = []
        """Every method and path, in order."""
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
        """The variables of a job there, for a pull request or for none."""
        pull = {"GITHUB_REF": f"refs/pull/{number}/merge"} if number else {}
        return {
            "GITHUB_API_URL": f"http://127.0.0.1:{self._server.server_port}",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            **pull,
        }

    def gitlab_job(self, number: int | None = None) -> dict[str, str]:
        """The same, of GitLab's."""
        request = {"CI_MERGE_REQUEST_IID": str(number)} if number else {}
        url = f"http://127.0.0.1:{self._server.server_port}"
        return {"CI_API_V4_URL": url, "CI_PROJECT_ID": PROJECT, "GITLAB_TOKEN": TOKEN, **request}

    def written(self, number: int, body: str) -> None:
        """What a person writes under a pull request."""
        self._keep(self.comments.setdefault(number, []), body, _STRANGER)

    def _keep(self, those: list[dict[str, Any]], body: str, user: dict[str, str]) -> dict[str, Any]:
        made = {"id": len(self.asked) + 1000 + len(those), "body": body, "user": user}
        those.append(made)
        return made

    def _answer(self, method: str, path: str, query: dict[str, list[str]], content: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        if found := re.fullmatch(r"(?:issues|merge_requests)/(\d+)/(?:comments|notes)", path):
            those = self.comments.setdefault(int(found[1]), [])
            return (201, self._keep(those, content["body"], _JOB)) if method == "POST" else (200, _page(those, query))
        if found := re.fullmatch(r"(?:issues/comments|merge_requests/\d+/notes)/(\d+)", path):
            return self._change([one for those in self.comments.values() for one in those], "id", found[1], content)
        if path == "issues":
            if method == "POST":
                made = self._keep(self.issues, content.get("body", ""), _JOB)
                count, state = len(self.issues), "open" if "body" in content else "opened"
                made |= {"number": count, "iid": count, "state": state, **content}
                return 201, made
            return 200, _page([one for one in self.issues if one["state"] == query["state"][0]], query)
        if found := re.fullmatch(r"issues/(\d+)", path):
            if content.pop("state_event", None) == "close":
                content["state"] = "closed"
            return self._change(self.issues, "number", found[1], content)
        return 404, {"message": "Not Found"}

    @staticmethod
    def _change(those: list[dict[str, Any]], key: str, wanted: str, content: dict[str, Any]) -> tuple[int, Any]:
        found = next((one for one in those if one[key] == int(wanted)), None)
        if found is None:
            return 404, {"message": "Not Found"}
        found |= content
        return 200, found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
                asked = urlsplit(self.path)
                path = asked.path.removeprefix(f"/repos/{REPOSITORY}/").removeprefix(f"/projects/{PROJECT}/")
                if f"Bearer {TOKEN}" != (
                    self.headers.get("Authorization") or f"Bearer {self.headers['PRIVATE-TOKEN']}"
                ):
                    status, answer = 401, {"message": "Bad credentials"}
                else:
                    status, answer = forge._answer(self.command, path, parse_qs(asked.query), content)
                said = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PATCH = do_PUT = _do  # noqa: N815  # the names that http.server asks for

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _page(those: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    size, number = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
    return those[(number - 1) * size : number * size]
