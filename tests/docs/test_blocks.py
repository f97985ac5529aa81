"""Every code block of the documentation says what it is, and what can be judged without an engine is judged here."""

import ast
import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from anykube.settings.loader import load
from ruamel.yaml import YAML

from tests.docs.blocks import ROOT, Block, blocks, commands, pages
from tests.docs.merging import merge

_PAGES = pages()
_IDS = [str(page.relative_to(ROOT)) for page in _PAGES]
_SETTINGS = "stacks/environments/"
_ELSEWHERE = {
    "wheels": "test_wheels.py",
    "faults": "test_sweep.py",
    "rehearsals": "test_rehearsal*.py",
    "simulated": "test_first_account.py",
}
"""What the info string of a console block names, if another suite runs its commands."""
_NEEDS_ACCOUNT = {
    "anykube preflight",
    "anykube up",
    "anykube destroy",
    "anykube sweep",
    "anykube backend",
    "anykube roles",
    "anykube rotate-key",
    "anykube migrate",
}
"""Commands of ours that a page may leave to a reader with an account."""


@pytest.mark.parametrize("page", _PAGES, ids=_IDS)
def test_every_block_has_a_known_kind(page: Path) -> None:
    for block in blocks(page):
        assert block.language in {"console", "yaml", "python", "text", "json", "toml", "ini", "mermaid"}, (
            f"{block}: a block of the language {block.language!r} is not run by any test"
        )
        assert block.argument in ("", "account", *_ELSEWHERE) or block.language in {"yaml", "python", "json", "toml"}, (
            str(block)
        )


@pytest.mark.parametrize("page", _PAGES, ids=_IDS)
def test_commands_left_to_the_reader_need_an_account(page: Path) -> None:
    for block in blocks(page):
        if block.language == "console" and block.argument == "account":
            anykube_commands = {
                " ".join(command.line.split()[:2]) for command in commands(block) if command.line.startswith("anykube ")
            }
            assert anykube_commands <= _NEEDS_ACCOUNT, (
                f"{block}: these run without an account: {anykube_commands - _NEEDS_ACCOUNT}"
            )


@pytest.mark.parametrize("page", _PAGES, ids=_IDS)
def test_another_suite_runs_what_a_page_says_it_runs(page: Path) -> None:
    for block in blocks(page):
        if block.argument in _ELSEWHERE and block.argument != "simulated":  # that suite reads the page
            files = (ROOT / "tests" / "e2e").glob(_ELSEWHERE[block.argument])
            suite = "".join(file.read_text(encoding="utf-8") for file in files)
            for command in commands(block):
                words = [word for word in shlex.split(command.line)[1:] if not word.startswith("--")]
                is_run = all(re.search(rf"[\"']{re.escape(word)}\b", suite) for word in words)
                assert is_run or not command.line.startswith("anykube"), f"{block}: {command.line}"


@pytest.mark.parametrize("page", _PAGES, ids=_IDS)
def test_settings_in_a_page_are_valid(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    shutil.copytree(ROOT / _SETTINGS, folder)
    for block in blocks(page):
        if block.language != "yaml":
            continue
        YAML(typ="safe").load(block.text)
        if block.argument.startswith(_SETTINGS):
            name = block.argument.removeprefix(_SETTINGS)
            merge(folder / name, block.text)
            if "/" not in name:
                load(Path(name).stem, folder)


@pytest.mark.parametrize("page", _PAGES, ids=_IDS)
def test_programs_in_a_page_are_examples_that_run(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            ast.parse(block.text)
            file = ROOT / block.argument
            if block.argument.startswith(("examples/", "tests/")):
                assert block.text.strip() in file.read_text(encoding="utf-8"), f"{block} differs from {block.argument}"


def test_some_blocks_are_found() -> None:
    kinds: Mapping[str, list[Block]] = {
        kind: [block for page in _PAGES for block in blocks(page) if block.language == kind]
        for kind in ("console", "yaml", "python")
    }
    assert all(len(blocks_of_kind) >= 5 for blocks_of_kind in kinds.values()), {
        kind: len(blocks_of_kind) for kind, blocks_of_kind in kinds.items()
    }
