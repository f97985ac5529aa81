"""How rules read values."""

import pytest
from anykube_policies.fields import UNKNOWN, Fields, UnknownError

_VALUE = Fields({"text": "a", "no": None, "flag": False, "number": 3, "list": ["a", 1, None], "late": UNKNOWN})


def test_a_value_of_another_type_is_as_good_as_missing() -> None:
    for name in ("no", "missing", "flag", "number", "list"):
        assert _VALUE[name].text is None
    for name in ("no", "missing", "text", "flag", "list"):
        assert _VALUE[name].number is None
    for name in ("no", "missing", "text", "number", "list"):
        assert _VALUE[name].flag is None
    for name in ("no", "missing", "text", "number"):
        assert _VALUE[name].elements == []
        assert not list(_VALUE[name].items())
    assert (_VALUE["text"].text, _VALUE["flag"].flag, _VALUE["number"].number) == ("a", False, 3)
    assert _VALUE["text"]["deeper"].value is None
    assert _VALUE["list"].texts == ["a"]
    assert [element.path for element in _VALUE["list"].elements] == [("list", "0"), ("list", "1"), ("list", "2")]


def test_what_is_unknown_is_given_and_cannot_be_read() -> None:
    late = _VALUE["late"]
    assert late.given
    assert not _VALUE["no"].given
    for read in (
        lambda: late.text,
        lambda: late.flag,
        lambda: late.number,
        lambda: late.elements,
        lambda: late["deeper"],
        lambda: list(late.items()),
        lambda: Fields({"a": [UNKNOWN]})["a"].texts,
    ):
        with pytest.raises(UnknownError) as unknown:
            read()
        assert unknown.value.path in {("late",), ("a", "0")}


def test_a_path() -> None:
    assert Fields({"a": {"b": {"c": "d"}}}).at("a.b.c") == Fields("d", ("a", "b", "c"))


def test_what_a_list_has_is_told_where_it_can_be() -> None:
    assert Fields([UNKNOWN, "a"]).has("a")
    assert not Fields(["a", 1]).has("b")
    assert not Fields("b").has("b")
    with pytest.raises(UnknownError):
        Fields([UNKNOWN, "a"]).has("b")
