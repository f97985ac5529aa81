"""Sweeping during a destroy, in any cloud."""

from collections.abc import Iterator

import pytest
from anykube_cli.sweep.strings import strings
from anykube_cli.sweep.sweep import Kept, Leftover, Sweep, Unproven, destroy_and_sweep, sweep_during


class RefusedError(Exception):
    """An error of a cloud."""


class Account:
    """An account whose leftovers may be in use by others."""

    cluster_exists = False

    def __init__(self, **used_by: str) -> None:
        self.used_by = used_by
        """By leftover, the one that uses it; empty: unused."""
        self.failing = 0
        """How many searches fail."""
        self.searches = 0
        self.doubtful, self.volumes = list[str](), list[str]()
        self.refuses_lists = False

    def summarize_error(self, error: BaseException) -> str:
        return str(error)

    def leftovers(self) -> Iterator[Leftover]:
        self.searches += 1
        if self.failing:
            self.failing -= 1
            raise RefusedError("503")
        for name in sorted(self.used_by):
            yield Leftover(name, lambda name=name: self._remove(name))  # type: ignore[misc]

    def unproven(self) -> Iterator[Unproven]:
        for name in self.doubtful:
            yield Unproven(name, "no tag", f"delete {name}")

    def kept(self) -> Iterator[Kept]:
        if self.refuses_lists:
            raise RefusedError("403")
        for name in self.volumes:
            yield Kept(name, "20 GiB a month", f"delete {name}")

    def _remove(self, name: str) -> None:
        if self.used_by[name] in self.used_by:
            raise RefusedError("in use")
        del self.used_by[name]


def _removed(name: str) -> str:
    return f"removed a leftover of the cluster: {name}"


def _sweep(account: Account, messages: list[str], timeout: float = 5) -> None:
    with sweep_during(lambda: account, messages.append, interval=0.01, timeout=timeout):
        pass


def test_retries_in_the_next_search() -> None:
    account, messages = Account(a="b", b=""), list[str]()
    sweep = Sweep(lambda: account, messages.append)
    assert not sweep.search()
    assert sweep.failed == {"a": "in use"}
    assert messages == [_removed("b")]
    assert not sweep.search()
    assert sweep.search()
    assert messages == [_removed("b"), _removed("a")]


def test_searches_after_the_block_until_nothing_is_left() -> None:
    account, messages = Account(a="b", b="c", c=""), list[str]()
    _sweep(account, messages)
    assert account.used_by == {}
    assert messages == [_removed("c"), _removed("b"), _removed("a")]


def test_reports_what_it_could_not_remove() -> None:
    messages = list[str]()
    _sweep(Account(a="a"), messages, timeout=0.05)
    assert messages == ["could not remove the a, a leftover of the cluster (in use): remove it yourself"]


def test_reports_what_it_left_alone() -> None:
    account, messages = Account(), list[str]()
    account.doubtful, account.volumes = ["rule x"], ["volume y"]
    _sweep(account, messages)
    assert messages == [
        "left alone, because it is not proven to be the cluster's: rule x: no tag. If nobody needs it, remove it: "
        "delete rule x",
        "kept: volume y, billed by 20 GiB a month. To remove it with its data: delete volume y",
    ]


def test_missing_permission_to_list_volumes_is_no_failure() -> None:
    account, messages = Account(), list[str]()
    account.refuses_lists = True
    _sweep(account, messages)
    assert messages == ["could not list what outlives the cluster (403)"]


def test_gives_up_after_failed_searches() -> None:
    account, messages = Account(), list[str]()
    account.failing = 1000
    _sweep(account, messages)
    assert messages == ["could not search for leftovers of the cluster (503): check the account yourself"]
    assert account.searches < 20


def test_failed_login_does_not_stop_the_block() -> None:
    messages = list[str]()

    def open_account() -> Account:
        raise RefusedError("secret-looking text")

    with sweep_during(open_account, messages.append, interval=0.01, timeout=0.05):
        pass
    assert messages == ["could not search for leftovers of the cluster (RefusedError): check the account yourself"]


def test_does_not_search_after_an_interrupted_block() -> None:
    account = Account(a="")
    with pytest.raises(KeyboardInterrupt), sweep_during(lambda: account, print, interval=60):
        raise KeyboardInterrupt
    assert account.searches == 0


@pytest.mark.parametrize(
    ("codes", "leftover", "runs", "exit_code"),
    [([0], "", 1, 0), ([1, 0], "a", 2, 0), ([1, 1], "a", 2, 1), ([1, 0], "", 1, 1), ([0, 1], "a", 1, 0)],
)
def test_repeats_a_failed_destroy_if_leftovers_were_removed(
    codes: list[int], leftover: str, runs: int, exit_code: int
) -> None:
    account, results = Account(**({leftover: ""} if leftover else {})), list[int]()

    def run() -> int:
        results.append(codes[len(results)])
        return results[-1]

    assert destroy_and_sweep(run, lambda: account, list[str]().append, interval=0.01, timeout=1) == exit_code
    assert len(results) == runs


def test_finds_strings_at_any_depth() -> None:
    assert sorted(strings({"a": ["b", {"c": "d", "e": 1}], "f": None, "g": "h"})) == ["b", "d", "h"]
