"""Releases come from a real server of the test's own; only what its checksums name is taken."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from anykube_cli.toolchain.build_progress import BuildProgress
from anykube_cli.toolchain.download import Downloader, ReleaseError
from anykube_cli.toolchain.finder import Finder
from anykube_cli.toolchain.tools import Release, Tool


class _Site:
    """What the server has, by path."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def put(self, path: str, content: bytes | str) -> None:
        self.files[path] = content.encode() if isinstance(content, str) else content

    def release(self, path: str, checksums: str, *members: str) -> Release:
        return Release(f"{self.address}/{path}", f"{self.address}/{checksums}", members)


@pytest.fixture
def site() -> Iterator[_Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            served.asked.append(name)
            content = served.files.get(name)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = _Site(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield served
        server.shutdown()


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"top/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def test_members_of_an_archive_are_unpacked_and_nothing_else(site: _Site, tmp_path: Path) -> None:
    archive = _archive(tool=b"the tool", helper=b"its helper", readme=b"unwanted")
    site.put("tool.tar.gz", archive)
    site.put("SUMS", f"{'0' * 64}  other.tar.gz\n{_sum(archive)}  ./tool.tar.gz\n")
    Downloader().fetch(site.release("tool.tar.gz", "SUMS", "top/tool", "top/helper"), tmp_path, "tool")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        "tool": b"the tool",
        "helper": b"its helper",
    }


@pytest.mark.parametrize(
    "sums",
    [
        lambda digest: digest,
        lambda digest: f"{digest.upper()}  *tool-for-this-machine\n",
        lambda digest: json.dumps({"assets": [{"name": "tool-for-this-machine", "digest": f"sha256:{digest}"}]}),
    ],
    ids=["alone", "listed", "by GitHub"],
)
def test_a_bare_program_gets_its_parts_name(site: _Site, tmp_path: Path, sums: Callable[[str], str]) -> None:
    site.put("tool-for-this-machine", b"program")
    site.put("sums", sums(_sum(b"program")))
    Downloader().fetch(site.release("tool-for-this-machine", "sums"), tmp_path, "tool")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("tool", b"program")]


def test_what_looks_packed_is_left_as_it_was_published(site: _Site, tmp_path: Path) -> None:
    packed = gzip.compress(b"program")
    site.put("tool", packed)
    site.put("sums", _sum(packed))
    Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")
    assert (tmp_path / "tool").read_bytes() == packed


@pytest.mark.parametrize(
    ("sums", "complaint"),
    [
        (_sum(b"another program"), "its SHA-256 differs"),
        (f"{_sum(b'program')}  another-tool\n", "hold no SHA-256 of tool"),
        (hashlib.sha1(b"program").hexdigest(), "hold no SHA-256 of tool"),
        ("", "hold no SHA-256 of tool"),
        (json.dumps({"assets": [{"name": "tool", "digest": None}]}), "hold no SHA-256 of tool"),
        ('{"message": "rate limit exceeded"}', "hold no SHA-256 of tool"),
        ("{not json", "hold no SHA-256 of tool"),
    ],
)
def test_what_is_not_vouched_for_is_refused(site: _Site, tmp_path: Path, sums: str, complaint: str) -> None:
    site.put("tool", b"program")
    site.put("sums", sums)
    with pytest.raises(ReleaseError, match=complaint):
        Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")


@pytest.mark.parametrize("missing", ["tool", "sums"])
def test_what_is_not_there_is_refused(site: _Site, tmp_path: Path, missing: str) -> None:
    site.put("tool", b"program")
    site.put("sums", _sum(b"program"))
    del site.files[missing]
    with pytest.raises(ReleaseError, match="404"):
        Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")


def test_an_archive_without_the_member_is_refused(site: _Site, tmp_path: Path) -> None:
    site.put("tool.tgz", archive := _archive(readme=b""))
    site.put("sums", _sum(archive))
    with pytest.raises(ReleaseError, match=r"tool\.tgz cannot be unpacked.*top/tool"):
        Downloader().fetch(site.release("tool.tgz", "sums", "top/tool"), tmp_path, "tool")


def test_the_finder_takes_a_good_release_and_asks_for_it_once(site: _Site, tool: Tool) -> None:
    site.put("tool", b"program")
    site.put("sums", _sum(b"program"))
    wanted = Tool(tool.name, tool.version, site.release("tool", "sums"), tool.module)
    assert Finder().find(wanted).origin == "release"
    assert Finder().find(wanted).program.read_bytes() == b"program"
    assert site.asked == ["sums", "tool"]


def test_the_finder_builds_what_has_a_wrong_checksum_and_says_why(
    site: _Site, tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(tool: Tool, folder: Path, progress: BuildProgress) -> None:
        assert not list(folder.iterdir())
        (folder / tool.name).write_bytes(b"built")

    site.put("tool", b"tampered with")
    site.put("sums", _sum(b"program"))
    found = Finder(builder=build).find(Tool(tool.name, tool.version, site.release("tool", "sums"), tool.module))
    assert (found.origin, found.program.read_bytes()) == ("build", b"built")
    assert "its SHA-256 differs; it is built instead" in capsys.readouterr().err
