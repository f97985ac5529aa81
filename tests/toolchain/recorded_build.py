"""What Go 1.26.8 prints for a small module of which the build cache has the first package: shortened."""

LIST = """\
internal/goarch\tfalse
unsafe\tfalse
runtime\tfalse
example.test/tool/a\tfalse
example.test/tool/b\ttrue
example.test/tool/c\ttrue
example.test/tool/d\ttrue
example.test/tool\ttrue
"""
"""Of `go list -deps -f '{{.ImportPath}}\\t{{.Stale}}' .`"""

BUILD = """\
go: downloading example.test/other v1.0.0
example.test/tool/b
example.test/tool/c
example.test/tool/d
example.test/tool
"""
"""Of `go build -v .`, on standard error."""


def packages() -> list[tuple[str, bool]]:
    """The recorded list as `BuildProgress.plan` takes it."""
    rows = (line.split("\t") for line in LIST.splitlines())
    return [(package, stale == "true") for package, stale in rows]
