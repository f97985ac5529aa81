"""The looks beside an engine's destroy, whatever the cloud; and which things are a cluster's."""

from collections.abc import Iterator

import pytest
from anykube_cli.sweep.ownership import Resource, owned_resources, strings
from anykube_cli.sweep.sweep import Leftover, Sweep, destroy_and_sweep, sweep_during


class RefusedError(Exception):
    """What a cloud says."""


class Account:
    """One in which some things hold others."""

    def __init__(self, **held_by: str) -> None:
        self.held_by = held_by
        """By each thing what holds it; empty: nothing."""
        self.broken = 0
        """How many looks fail."""
        self.looks = 0

    def summarize_error(self, error: BaseException) -> str:
        return str(error)

    def leftovers(self) -> Iterator[Leftover]:
        self.looks += 1
        if self.broken:
            self.broken -= 1
            raise RefusedError("503")
        for name in sorted(self.held_by):
            yield Leftover(name, lambda name=name: self._remove(name))  # type: ignore[misc]

    def _remove(self, name: str) -> None:
        if self.held_by[name] in self.held_by:
            raise RefusedError("in use")
        del self.held_by[name]


def _swept(account: Account, said: list[str], patience: float = 5) -> None:
    with sweep_during(lambda: account, said.append, every=0.01, patience=patience):
        pass


def test_what_is_refused_waits_for_the_next_look() -> None:
    account, said = Account(a="b", b=""), list[str]()
    sweep = Sweep(lambda: account, said.append)
    assert not sweep.once()
    assert sweep.refused == {"a": "in use"}
    assert said == ["swept the b"]
    assert not sweep.once()
    assert sweep.once()
    assert said == ["swept the b", "swept the a"]


def test_after_the_block_it_looks_until_nothing_is_left() -> None:
    account, said = Account(a="b", b="c", c=""), list[str]()
    _swept(account, said)
    assert account.held_by == {}
    assert said == ["swept the c", "swept the b", "swept the a"]


def test_what_stays_is_told_with_the_reason() -> None:
    said = list[str]()
    _swept(Account(a="a"), said, patience=0.05)
    assert said == ["the a is still there, a controller of the cluster left it: remove it yourself (in use)"]


def test_an_account_that_does_not_answer_is_told_of_and_not_asked_for_ever() -> None:
    account, said = Account(), list[str]()
    account.broken = 1000
    _swept(account, said)
    assert said == ["whether controllers of the cluster left something could not be found out (503)"]
    assert account.looks < 20


def test_who_is_not_let_in_is_told_of_and_nobody_is_stopped() -> None:
    said = list[str]()

    def enter() -> Account:
        raise RefusedError("secret-looking text")

    with sweep_during(enter, said.append, every=0.01, patience=0.05):
        pass
    assert said == ["whether controllers of the cluster left something could not be found out (RefusedError)"]


def test_a_block_that_breaks_is_not_followed_by_a_look() -> None:
    account = Account(a="")
    with pytest.raises(KeyboardInterrupt), sweep_during(lambda: account, print, every=60):
        raise KeyboardInterrupt
    assert account.looks == 0


@pytest.mark.parametrize(
    ("codes", "left", "runs", "ends"),
    [([0], "", 1, 0), ([1, 0], "a", 2, 0), ([1, 1], "a", 2, 1), ([1, 0], "", 1, 1), ([0, 1], "a", 1, 0)],
)
def test_a_destroy_runs_again_where_something_was_swept(codes: list[int], left: str, runs: int, ends: int) -> None:
    account, given = Account(**({left: ""} if left else {})), list[int]()

    def run() -> int:
        given.append(codes[len(given)])
        return given[-1]

    assert destroy_and_sweep(run, lambda: account, list[str]().append, every=0.01, patience=1) == ends
    assert len(given) == runs


def _thing(name: str, *names: str, made: bool = True, marked: bool = False) -> Resource:
    return Resource(name, frozenset(names), made, marked)


def test_who_names_what_is_the_clusters_is_the_clusters() -> None:
    things = [
        _thing("rule", "proxy"),
        _thing("proxy", "map"),
        _thing("map", "endpoints"),
        _thing("endpoints", "network"),
    ]
    assert owned_resources(things, {"network"}) == {"rule", "proxy", "map", "endpoints"}
    assert owned_resources(things, {"another"}) == frozenset()


def test_a_mark_is_enough_for_what_a_controller_made() -> None:
    things = [_thing("a", marked=True), _thing("b", marked=True, made=False), _thing("c")]
    assert owned_resources(things, ()) == {"a"}


def test_what_people_made_is_theirs_whatever_it_names() -> None:
    things = [_thing("endpoints", "network"), _thing("service", "endpoints", made=False), _thing("map", "service")]
    assert owned_resources(things, {"network"}) == {"endpoints"}


def test_what_others_name_too_stays() -> None:
    own, other = _thing("own", "network", "check", "shared"), _thing("other", "shared", made=False)
    assert owned_resources([own, other, _thing("check"), _thing("shared")], {"network"}) == {"own", "check"}


def test_texts_are_found_at_any_depth() -> None:
    assert sorted(strings({"a": ["b", {"c": "d", "e": 1}], "f": None, "g": "h"})) == ["b", "d", "h"]
