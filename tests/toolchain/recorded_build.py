"""Shortened output of Go 1.26.8 for a small module whose first package is in the build cache."""

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
"""Output of `go list -deps -f '{{.ImportPath}}\\t{{.Stale}}' .`"""

BUILD = """\
go: downloading example.test/other v1.0.0
example.test/tool/b
example.test/tool/c
example.test/tool/d
example.test/tool
"""
"""Standard error of `go build -v .`"""


def packages() -> list[tuple[str, bool]]:
    """The recorded list, parsed for `BuildProgress.plan`."""
    rows = (line.split("\t") for line in LIST.splitlines())
    return [(package, stale == "true") for package, stale in rows]
