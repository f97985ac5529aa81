"""`python -m tests.mutants`: does some test notice when the condition of a rule is another one?

mutmut changes every function of the rules in every way that it knows (a condition negated, `and` for `or`, another
number, another text), one at a time, and runs `tests/policies/` on each. Prints the score of each module, and what no
test noticed. Ends with 1 where less than 90 % were noticed.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from anykube_cli.toolchain import paths
from rich.console import Console
from rich.table import Table

_PROMISED = 0.9
_COPIED = ("components", "operations", "policies", "tests/policies", "pyproject.toml")
_NOTICED = frozenset({"killed", "timeout", "segfault"})


def main() -> None:
    """Mutates a copy of the sources below `.anykube/`, and tells the score."""
    console = Console()
    folder = paths.state_dir() / "mutants"
    shutil.rmtree(folder, ignore_errors=True)
    _copy(folder)
    console.print("changing each condition of each rule, one at a time …", style="dim")
    _mutmut(folder, "run")
    scores = defaultdict[str, Counter[bool]](Counter)
    unnoticed = []
    for line in _mutmut(folder, "results", "--all", "true").splitlines():
        mutant, _, status = line.strip().rpartition(": ")
        if mutant.startswith("policies."):
            noticed = status in _NOTICED
            scores[mutant.rpartition(".")[0]][noticed] += 1
            if not noticed:
                unnoticed.append(f"{mutant}: {status}")
    if not scores:
        sys.exit("mutmut changed nothing: does [tool.mutmut] in pyproject.toml still name the rules?")
    table = Table("module", "changes", "noticed", "score", title="mutants", title_justify="left", box=None)
    for module, counts in sorted(scores.items()):
        table.add_row(module, str(counts.total()), str(counts[True]), f"{counts[True] / counts.total():.0%}")
    total = sum(scores.values(), Counter[bool]())
    score = total[True] / total.total()
    table.add_row("in all", str(total.total()), str(total[True]), f"{score:.1%}")
    console.print(table)
    for mutant in unnoticed:
        console.print(f"not noticed: {mutant}", style="dim", markup=False)
    if score < _PROMISED:
        sys.exit(f"{score:.1%} of the changes were noticed; promised are {_PROMISED:.0%}")
    shutil.rmtree(folder)


def _copy(folder: Path) -> None:
    for name in _COPIED:
        source, target = paths.checkout() / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)


def _mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        # The checkout's own sources must not come before the copies.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"mutmut {arguments[0]} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
