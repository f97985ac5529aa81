"""Stacks that are in use: the present program, previewed by the real engine on their recorded states."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from anykube_cli.toolchain import simulation

from tests.e2e.checkout import Checkout, CommandResult
from tests.e2e.golden_changes import CHANGES, Lost, Was
from tests.golden.files import goldens


class Fresh:
    """A checkout elsewhere, in which a golden file, the pages and the program can be changed."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        checkout.make("everything")
        self.environment = checkout.environment

    def check(self, stack: str, *, ok: bool = True) -> CommandResult:
        python = str(self.checkout.folder / ".anykube" / "venv" / "bin" / "python")
        # Nothing is asked that is not on this machine.
        offline = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")} | {"no_proxy": "127.0.0.1"}
        command = (python, "-m", "tests.golden", "check", stack)
        return self.checkout.run(*command, environment={**self.environment, **offline}, ok=ok)

    @contextmanager
    def changed(self, name: str, old: str, new: str) -> Iterator[None]:
        """Another text in a file, for a while."""
        file = self.checkout.folder / name
        before = file.read_text()
        assert old in before
        file.write_text(before.replace(old, new))
        try:
            yield
        finally:
            file.write_text(before)

    def resources(self, stack: str) -> "Recorded":
        return Recorded(self.checkout, stack)


class Recorded:
    """A golden file that is changed for a while."""

    def __init__(self, checkout: Checkout, stack: str) -> None:
        self._file = checkout.folder / "tests" / "golden" / f"{stack}.json"
        self._before = self._file.read_text()

    def __enter__(self) -> "Recorded":
        self._state = json.loads(self._before)
        return self

    def was(self, was: Was) -> str:
        """The resource was made with other values than the program gives now. Returns its URN."""
        resource = next(
            resource
            for resource in self._state["deployment"]["resources"]
            if resource["type"] == was.kind and resource["urn"].endswith(was.ending)
        )
        resource["inputs"].update(was.values)
        resource["outputs"][simulation.MARK].update(was.values)
        urn: str = resource["urn"]
        return urn

    def write(self) -> None:
        self._file.write_text(json.dumps(self._state))

    def __exit__(self, *error: object) -> None:
        self._file.write_text(self._before)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    checkout = Checkout(tmp_path_factory.mktemp("golden") / "elsewhere")
    try:
        yield Fresh(checkout)
        assert not list((checkout.folder / ".anykube" / "rehearsals").glob("*"))
    finally:
        checkout.remove()


@pytest.mark.parametrize("stack", goldens())
def test_current_program_keeps_all_resources(fresh: Fresh, stack: str) -> None:
    assert "No resource would be lost" in fresh.check(stack).out
    assert fresh.checkout.status == ""


def test_every_golden_stack_has_changes() -> None:
    assert CHANGES.keys() == goldens().keys()


@pytest.mark.parametrize("stack", CHANGES)
def test_detects_loss_by_changed_settings(fresh: Fresh, stack: str) -> None:
    """Settings that would move the network, and everything in it."""
    name = "  name: anykube-prod\n"
    with fresh.changed(f"stacks/environments/{stack}.yaml", name, f"{name}  network: {{cidr: 10.1.0.0/16}}\n"):
        result = fresh.check(stack, ok=False)
    assert result.code == 1
    assert _urns(stack, CHANGES[stack].moved).items() <= _lost(result).items()
    assert "aliases" in result.err


@pytest.mark.parametrize("stack", CHANGES)
def test_detects_loss_by_changed_program(fresh: Fresh, stack: str) -> None:
    """The program gives other values than it did, or what no table knows; what it registers under another name is
    deleted under the old one. Updates are let through."""
    changes = CHANGES[stack]
    renamed = changes.renamed
    expected = _urns(stack, renamed.lost)
    with fresh.resources(stack) as recorded, fresh.changed(renamed.file, renamed.old, renamed.new):
        expected |= {urn: was.report for was in changes.was if (urn := recorded.was(was)) and was.report}
        recorded.write()
        result = fresh.check(stack, ok=False)
    assert result.code == 1
    assert _lost(result) == expected


@pytest.mark.parametrize("stack", CHANGES)
def test_detects_loss_by_replaced_cluster(fresh: Fresh, stack: str) -> None:
    """All that is in the cluster goes with it, since two cannot have one name."""
    changes = CHANGES[stack]
    with fresh.resources(stack) as recorded:
        expected = {recorded.was(changes.cluster): changes.cluster.report} | _urns(stack, changes.beside)
        recorded.write()
        result = fresh.check(stack, ok=False)
    assert result.code == 1
    assert expected.items() <= _lost(result).items()


def _urns(stack: str, lost: Lost) -> dict[str, str]:
    """What is told, by URN: names begin with the cluster's."""
    root = f"urn:pulumi:{stack}::anykube::anykube:index:{CHANGES[stack].component}"
    return {f"{root}${kind}::anykube-prod-{name}": expected for (kind, name), expected in lost.items()}


def _lost(result: CommandResult) -> dict[str, str]:
    """What is told as lost, by URN; of what the cloud says, its code."""
    lines = [line.strip() for line in result.err.splitlines()]
    expected = {line: after for line, after in pairwise(lines) if line.startswith("urn:pulumi:")}
    return {urn: ": ".join(after.split(": ")[:2]) for urn, after in expected.items()}
