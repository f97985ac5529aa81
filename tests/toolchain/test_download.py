"""Downloads releases from a local HTTP server and verifies their checksums."""

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
    """The server's files by path, and the paths that were requested."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.requested: list[str] = []

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
            content_site.requested.append(name)
            content = content_site.files.get(name)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        content_site = _Site(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield content_site
        server.shutdown()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _archive(**files: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"top/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def test_unpacks_only_named_members_of_archive(site: _Site, tmp_path: Path) -> None:
    archive = _archive(tool=b"the tool", helper=b"its helper", readme=b"unwanted")
    site.put("tool.tar.gz", archive)
    site.put("SUMS", f"{'0' * 64}  other.tar.gz\n{_sha256(archive)}  ./tool.tar.gz\n")
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
    ids=["single checksum", "checksum list", "GitHub API"],
)
def test_bare_program_is_saved_under_tool_name(site: _Site, tmp_path: Path, sums: Callable[[str], str]) -> None:
    site.put("tool-for-this-machine", b"program")
    site.put("sums", sums(_sha256(b"program")))
    Downloader().fetch(site.release("tool-for-this-machine", "sums"), tmp_path, "tool")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("tool", b"program")]


def test_gzipped_content_is_not_decompressed(site: _Site, tmp_path: Path) -> None:
    compressed = gzip.compress(b"program")
    site.put("tool", compressed)
    site.put("sums", _sha256(compressed))
    Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")
    assert (tmp_path / "tool").read_bytes() == compressed


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        (_sha256(b"another program"), "SHA-256 of .*/tool does not match .*/sums"),
        (f"{_sha256(b'program')}  another-tool\n", "contain no SHA-256 for tool"),
        (hashlib.sha1(b"program").hexdigest(), "contain no SHA-256 for tool"),
        ("", "contain no SHA-256 for tool"),
        (json.dumps({"assets": [{"name": "tool", "digest": None}]}), "contain no SHA-256 for tool"),
        ('{"message": "rate limit exceeded"}', "contain no SHA-256 for tool"),
        ("{not json", "contain no SHA-256 for tool"),
    ],
)
def test_rejects_missing_or_wrong_checksum(site: _Site, tmp_path: Path, sums: str, message: str) -> None:
    site.put("tool", b"program")
    site.put("sums", sums)
    with pytest.raises(ReleaseError, match=message):
        Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")


@pytest.mark.parametrize("missing", ["tool", "sums"])
def test_missing_file_fails_with_404(site: _Site, tmp_path: Path, missing: str) -> None:
    site.put("tool", b"program")
    site.put("sums", _sha256(b"program"))
    del site.files[missing]
    with pytest.raises(ReleaseError, match="404"):
        Downloader().fetch(site.release("tool", "sums"), tmp_path, "tool")


def test_rejects_archive_without_named_member(site: _Site, tmp_path: Path) -> None:
    site.put("tool.tgz", archive := _archive(readme=b""))
    site.put("sums", _sha256(archive))
    with pytest.raises(ReleaseError, match=r"cannot unpack tool\.tgz.*top/tool"):
        Downloader().fetch(site.release("tool.tgz", "sums", "top/tool"), tmp_path, "tool")


def test_finder_downloads_release_only_once(site: _Site, tool: Tool) -> None:
    site.put("tool", b"program")
    site.put("sums", _sha256(b"program"))
    published = Tool(tool.name, tool.version, site.release("tool", "sums"), tool.module)
    assert Finder().find(published).origin == "release"
    assert Finder().find(published).program.read_bytes() == b"program"
    assert site.requested == ["sums", "tool"]


def test_finder_builds_tool_if_checksum_is_wrong(site: _Site, tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    def build(tool: Tool, folder: Path, progress: BuildProgress) -> None:
        assert not list(folder.iterdir())
        (folder / tool.name).write_bytes(b"built")

    site.put("tool", b"tampered with")
    site.put("sums", _sha256(b"program"))
    installed = Finder(builder=build).find(Tool(tool.name, tool.version, site.release("tool", "sums"), tool.module))
    assert (installed.origin, installed.program.read_bytes()) == ("build", b"built")
    assert "/sums; building it instead" in capsys.readouterr().err
