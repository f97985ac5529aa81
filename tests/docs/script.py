"""A page of the documentation as one shell script, and the output that it promises."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.blocks import ROOT, Block, Command, blocks, commands

_END = "END_OF_THE_BLOCK"
_MARK = "@@ block"


def script(page: Path) -> str:
    """Does what the page says, block by block. Prints a mark before each command."""
    return "\n".join(["set -eo pipefail", "exec 2>&1", *_steps(page)])


def promised(page: Path) -> list[tuple[Block, Command]]:
    """The commands of the page that run, in order."""
    return [(block, command) for block in blocks(page) if _runs(block) for command in commands(block)]


def check(page: Path, output: str) -> None:
    """Asserts that each command printed the lines that the page shows, in order. `…` stands for any text."""
    printed = output.split(f"{_MARK}\n")[1:]
    expected = promised(page)
    assert len(printed) == len(expected), (
        f"{page.name} stopped after {expected[len(printed) - 1][1].line}:\n{output[-6000:]}"
    )
    for (block, command), text in zip(expected, printed, strict=True):
        position = 0
        for line in command.output:
            if line.strip() == "…":
                continue
            match = re.compile(_pattern(line)).search(text, position)
            assert match, f"{block}: `{command.line}` did not print {line!r}, but:\n{text}"
            position = match.end()


def _steps(page: Path) -> Iterator[str]:
    for block in blocks(page):
        if _runs(block):
            for command in commands(block):
                yield f"echo {shlex.quote(_MARK)}"
                yield command.line
        elif block.language == "yaml" and block.argument:
            merging = f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m tests.docs.merging"
            yield f"{merging} {shlex.quote(block.argument)} <<'{_END}'\n{block.text}{_END}"
        elif (
            block.language in {"python", "toml", "json"}
            and block.argument
            and not block.argument.startswith(("examples/", "tests/"))
        ):
            yield f"mkdir -p {shlex.quote(str(Path(block.argument).parent))}"
            yield f"cat > {shlex.quote(block.argument)} <<'{_END}'\n{block.text}{_END}"


def _runs(block: Block) -> bool:
    return block.language == "console" and not block.argument


def _pattern(line: str) -> str:
    """A line as a pattern: runs of spaces are any number of spaces, and `…` is any text."""
    parts = [r"\s+".join(map(re.escape, part.split(" "))) for part in re.sub(r" +", " ", line.strip()).split("…")]
    return r".*?".join(parts)
