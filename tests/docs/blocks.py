"""The code blocks of the documentation, and what their info string says to do with them.

```console            run: lines after `$ ` are commands, the others are output that must appear
```console account    not run: needs a cloud account or a forge
```yaml FILE          merged into that file of the project, such as stacks/environments/local.yaml
```python FILE        an example program, or a file that the reader writes
```text               neither: a diagram, or the shape of an output
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_GENERATED = DOCS / "reference"


@dataclass(frozen=True)
class Block:
    """A fenced code block."""

    page: Path
    line: int
    language: str
    argument: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """The pages that people write: all but the generated reference."""
    written = [page for page in sorted(DOCS.rglob("*.md")) if _GENERATED not in page.parents]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *written]


def blocks(page: Path) -> Iterator[Block]:
    """The code blocks of a page, in order. MyST directives are left out."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        language, _, argument = token.info.strip().partition(" ")
        if token.type == "fence" and token.map and not language.startswith("{"):
            yield Block(page, token.map[0] + 1, language, argument.strip(), token.content)


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the output that the page shows for it."""

    line: str
    output: tuple[str, ...]


def commands(block: Block) -> list[Command]:
    """The commands of a console block. A command that ends with a backslash goes on in the next line."""
    result: list[Command] = []
    continued = False
    for text in block.text.splitlines():
        if continued:
            result[-1] = Command(f"{result[-1].line}\n{text}", ())
        elif text.startswith("$ "):
            result.append(Command(text.removeprefix("$ "), ()))
        elif text.strip():
            assert result, f"{block}: output before the first command: {text}"
            result[-1] = Command(result[-1].line, (*result[-1].output, text))
        continued = text.endswith("\\")
    return result
