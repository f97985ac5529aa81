"""`python -m tests.mutants`: mutation tests of the policy rules.

mutmut applies every mutation it knows to each function of the rules (a negated condition, `and` instead of `or`,
another number or text), one at a time, and runs `tests/policies/`. Prints the score of each module and the mutants that
no test detected. Exits with 1 if less than 90 % were detected.
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

_REQUIRED_SCORE = 0.9
_COPIED = ("components", "operations", "policies", "tests/policies", "pyproject.toml")
_DETECTED = frozenset({"killed", "timeout", "segfault"})


def main() -> None:
    """Mutates a copy of the sources in `.anykube/` and prints the scores."""
    console = Console()
    folder = paths.state_dir() / "mutants"
    shutil.rmtree(folder, ignore_errors=True)
    _copy(folder)
    console.print("testing mutants of the policy rules …", style="dim")
    _mutmut(folder, "run")
    scores = defaultdict[str, Counter[bool]](Counter)
    undetected = []
    for line in _mutmut(folder, "results", "--all", "true").splitlines():
        mutant, _, status = line.strip().rpartition(": ")
        if mutant.startswith("policies."):
            is_detected = status in _DETECTED
            scores[mutant.rpartition(".")[0]][is_detected] += 1
            if not is_detected:
                undetected.append(f"{mutant}: {status}")
    if not scores:
        sys.exit("mutmut created no mutants. Check the paths in [tool.mutmut] of pyproject.toml")
    table = Table("module", "mutants", "detected", "score", title="mutants", title_justify="left", box=None)
    for module, counts in sorted(scores.items()):
        table.add_row(module, str(counts.total()), str(counts[True]), f"{counts[True] / counts.total():.0%}")
    total = sum(scores.values(), Counter[bool]())
    score = total[True] / total.total()
    table.add_row("total", str(total.total()), str(total[True]), f"{score:.1%}")
    console.print(table)
    for mutant in undetected:
        console.print(f"not detected: {mutant}", style="dim", markup=False)
    if score < _REQUIRED_SCORE:
        sys.exit(f"{score:.1%} of the mutants were detected, but {_REQUIRED_SCORE:.0%} are required")
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
    result = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        # The copies must come before the checkout's own sources.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        output = f"{result.stdout[-3000:]}{result.stderr[-3000:]}"
        sys.exit(f"mutmut {arguments[0]} failed with exit code {result.returncode}:\n{output}")
    return result.stdout


if __name__ == "__main__":
    main()
