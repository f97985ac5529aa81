"""The command line of the generator, see the package."""

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from docs.generator import api, capabilities, command_line, environment, policies, settings

REFERENCE = Path(__file__).parents[1] / "reference"
_WRITTEN = {"index.md", "json-output.md", "ci-variables.md"}
"""Pages of the reference that people write, and tests compare with the sources."""
_GENERATORS = (settings, capabilities, command_line, policies, api, environment)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page: its file and its text."""
    for name, text in chain.from_iterable(generator.pages() for generator in _GENERATORS):
        yield REFERENCE / name, text.rstrip() + "\n"


def main() -> None:
    """Writes the pages, or checks them."""
    parser = argparse.ArgumentParser(prog="python -m docs.generator", description="Write docs/reference/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is stale")
    check = parser.parse_args().check
    current = dict(pages())
    stale = [file for file, text in current.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
    orphans = [file for file in REFERENCE.rglob("*.md") if file not in current and file.name not in _WRITTEN]
    if check and (stale or orphans):
        names = ", ".join(str(file.relative_to(REFERENCE.parent)) for file in (*stale, *orphans))
        sys.exit(f"These generated pages are stale: {names}. Run: python -m docs.generator")
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(current[file], encoding="utf-8")
    for file in orphans:
        file.unlink()


if __name__ == "__main__":
    main()
