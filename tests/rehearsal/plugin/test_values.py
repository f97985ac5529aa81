import pytest
from anykube_cli.plugin.values import UNKNOWN, property_values, python_value, python_values
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime import rpc

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text().filter(lambda text: text != rpc.UNKNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text().filter(lambda key: not key.startswith("__")), _JSON, max_size=5))
def test_conversion_round_trip(values: dict[str, object]) -> None:
    assert python_values(property_values(values)) == values


@pytest.mark.parametrize("mark", [PropertyValue(Computed()), PropertyValue(rpc.UNKNOWN)])
def test_recognizes_both_forms_of_unknown(mark: PropertyValue) -> None:
    assert python_value(mark) is UNKNOWN


def test_unknown_is_sent_as_engine_marker() -> None:
    value = property_values({"a": UNKNOWN})["a"]
    assert value.marshal().string_value == rpc.UNKNOWN


def test_named_properties_are_secret() -> None:
    values = property_values({"key": "k", "name": "n"}, secrets=("key",))
    assert values["key"].is_secret
    assert not values["name"].is_secret


def test_internal_properties_are_left_out() -> None:
    assert python_values({"__internal": PropertyValue("x"), "a": PropertyValue(1.0)}) == {"a": 1}


def test_rejects_other_types() -> None:
    with pytest.raises(TypeError, match="cannot convert object to a property value"):
        property_values({"a": object()})
