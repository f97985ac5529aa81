"""`python -m tests.mutants`: mutation tests of the policy rules.

mutmut applies every mutation it knows to each function of the rules (a negated condition, `and` instead of `or`,
another number or text), one at a time, and runs `tests/policies/`. Prints the score of each module and the mutants that
no test detected. Exits with 1 if less than 98 % were detected.

mutmut imports the tests once, forks, and only then activates a mutant. It cannot detect a mutant in a function that
runs at import, such as one that builds the table of rules. So each mutant that mutmut reports as undetected is tested
again in a new process, which activates the mutant before it imports anything. The score includes all mutants.
mutmut creates none outside functions, nor in decorated functions such as properties.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from typing import NoReturn

from anykube_cli.toolchain import paths
from rich.console import Console
from rich.table import Table

_REQUIRED_SCORE = 0.98
_COPIED = {
    "policies/anykube_policies": "anykube_policies",  # mutmut names a module by its path, and the tests by its import
    "tests/policies": "tests/policies",
    "pyproject.toml": "pyproject.toml",
}
_PACKAGE = "anykube_policies."
_DETECTED = frozenset({"killed", "timeout", "segfault"})
_TIMEOUT_SECONDS = 120


def main() -> None:
    """Mutates a copy of the sources in `.anykube/` and prints the scores."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("patterns", nargs="*", help="test only these mutants, such as 'anykube_policies.rbac.*'")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="default: one per CPU")
    arguments = parser.parse_args()
    console = Console()
    folder = paths.state_dir() / "mutants"
    shutil.rmtree(folder, ignore_errors=True)
    _copy(folder)
    console.print("testing mutants of the policy rules …", style="dim")
    _mutmut(folder, "run", "--max-children", str(arguments.workers), *arguments.patterns)
    statuses = _statuses(folder, arguments.patterns)
    if not statuses:
        sys.exit("mutmut created no mutants. Check the paths in [tool.mutmut] of pyproject.toml")
    undetected = [mutant for mutant, status in statuses.items() if status not in _DETECTED]
    console.print(f"testing {len(undetected)} undetected mutants again, in new processes …", style="dim")
    statuses |= _test_in_new_processes(folder, undetected, arguments.workers)
    score = _print_scores(console, statuses)
    if score < _REQUIRED_SCORE:
        sys.exit(f"{score:.1%} of the mutants were detected, but {_REQUIRED_SCORE:.0%} are required")
    shutil.rmtree(folder)


def _copy(folder: Path) -> None:
    for name, copy in _COPIED.items():
        source, target = paths.checkout() / name, folder / copy
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)


def _mutmut(folder: Path, *arguments: str) -> str:
    result = _run(folder, folder, "mutmut", *arguments)
    if result.returncode:
        _exit_with_output(f"mutmut {arguments[0]}", result)
    return result.stdout


def _statuses(folder: Path, patterns: Sequence[str]) -> dict[str, str]:
    """mutmut's status of each mutant, by the name of the mutant."""
    lines = (line.strip().rpartition(": ") for line in _mutmut(folder, "results", "--all", "true").splitlines())
    return {
        mutant: status
        for mutant, _, status in lines
        if mutant.startswith(_PACKAGE) and (not patterns or any(fnmatch(mutant, pattern) for pattern in patterns))
    }


def _test_in_new_processes(folder: Path, mutants: Sequence[str], workers: int) -> dict[str, str]:
    """The status of each mutant. Exits if the tests fail without any mutant."""
    result = _pytest(folder, "")
    if result.returncode:
        _exit_with_output("pytest without a mutant", result)
    with ThreadPoolExecutor(workers) as executor:
        return dict(zip(mutants, executor.map(lambda mutant: _status(folder, mutant), mutants), strict=True))


def _status(folder: Path, mutant: str) -> str:
    try:
        return "killed" if _pytest(folder, mutant).returncode else "survived"
    except subprocess.TimeoutExpired:
        return "timeout"


def _pytest(folder: Path, mutant: str) -> subprocess.CompletedProcess[str]:
    """Runs the tests that mutmut runs, on the mutated sources."""
    settings = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["mutmut"]
    tests = settings["pytest_add_cli_args_test_selection"]
    return _run(folder, folder / "mutants", "pytest", "-x", *tests, MUTANT_UNDER_TEST=mutant)


def _run(folder: Path, cwd: Path, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the tests need no plugins, which double the time to start
            "PYTHONPYCACHEPREFIX": str(folder / "pycache"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT_SECONDS if module == "pytest" else None,
    )


def _exit_with_output(name: str, result: subprocess.CompletedProcess[str]) -> NoReturn:
    sys.exit(f"{name} failed with exit code {result.returncode}:\n{result.stdout[-3000:]}{result.stderr[-3000:]}")


def _print_scores(console: Console, statuses: Mapping[str, str]) -> float:
    """Prints the score of each module and the undetected mutants. Returns the total score."""
    scores = defaultdict[str, Counter[bool]](Counter)
    for mutant, status in statuses.items():
        scores[mutant.rpartition(".")[0]][status in _DETECTED] += 1
    table = Table("module", "mutants", "detected", "score", title="mutants", title_justify="left", box=None)
    for module, counts in sorted(scores.items()):
        table.add_row(module, str(counts.total()), str(counts[True]), f"{counts[True] / counts.total():.0%}")
    total = sum(scores.values(), Counter[bool]())
    score = total[True] / total.total()
    table.add_row("total", str(total.total()), str(total[True]), f"{score:.1%}")
    console.print(table)
    for mutant, status in statuses.items():
        if status not in _DETECTED:
            console.print(f"not detected: {mutant}: {status}", style="dim", markup=False, soft_wrap=True)
    return score


if __name__ == "__main__":
    main()
