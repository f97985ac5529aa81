"""Access to resource inputs."""

import pytest
from anykube_policies.fields import UNKNOWN, Fields, UnknownError

_VALUE = Fields({"text": "a", "no": None, "flag": False, "number": 3, "list": ["a", 1, None], "late": UNKNOWN})


def test_a_value_of_another_type_reads_as_missing() -> None:
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
    assert _VALUE["list"].strings == ["a"]
    assert [element.path for element in _VALUE["list"].elements] == [("list", "0"), ("list", "1"), ("list", "2")]


def test_an_unknown_value_is_set_but_cannot_be_read() -> None:
    late = _VALUE["late"]
    assert repr(late.value) == "unknown"
    assert late.is_set
    assert not _VALUE["no"].is_set
    for read in (
        lambda: late.text,
        lambda: late.flag,
        lambda: late.number,
        lambda: late.elements,
        lambda: late["deeper"],
        lambda: list(late.items()),
        lambda: Fields({"a": [UNKNOWN]})["a"].strings,
    ):
        with pytest.raises(UnknownError) as unknown:
            read()
        assert unknown.value.path in {("late",), ("a", "0")}


def test_get_follows_a_dotted_path() -> None:
    assert Fields({"a": {"b": {"c": "d"}}}).get("a.b.c") == Fields("d", ("a", "b", "c"))


def test_has_ignores_unknown_elements_if_a_known_one_matches() -> None:
    assert Fields([UNKNOWN, "a"]).has("a")
    assert not Fields(["a", 1]).has("b")
    assert not Fields("b").has("b")
    with pytest.raises(UnknownError):
        Fields([UNKNOWN, "a"]).has("b")
