"""The tools that list names and messages work, and names that style drops stay out."""

from tests.words.messages import PACKAGES, messages
from tests.words.names import counts


def test_no_name_says_only_a_role_in_a_sentence() -> None:
    assert counts(*PACKAGES, "tests") == {}


def test_messages_of_every_package_are_listed() -> None:
    texts = [str(message) for message in messages()]
    assert len(texts) > 1500
    for package in PACKAGES:
        assert any(text.startswith(f"{package}/") for text in texts)
    # A message with placeholders, and the help of a command.
    assert any("{stack} uses the cluster of {base}, which is not up." in text for text in texts)
    assert any("Deploy a stack and show its status." in text for text in texts)
