"""The generated reference is complete and current."""

import json
import re

from anykube.settings.model import StackSettings
from anykube.settings.schema import SCHEMA

from docs.generator import api, command_line
from docs.generator.__main__ import REFERENCE, pages
from docs.generator.schema import ROOT, definitions

_ENTRY = re.compile(
    r"### `(?P<field>[^`]+)`\n\n(?P<text>.+?)\n\n"
    r"- Type: (?P<type>.+)\n- Default: (?P<default>.+)\n- Example: `(?P<example>.+)`\n",
    re.DOTALL,
)


def _fields() -> dict[tuple[str, str], dict[str, str]]:
    """The entries of the settings reference, by definition and field."""
    entries = {}
    for file in (REFERENCE / "settings").glob("*.md"):
        for section in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name = section.partition("\n")[0]
            for entry in re.split(r"^(?=### )", section, flags=re.MULTILINE)[1:]:
                match = _ENTRY.match(entry + "\n")
                assert match, f"{file.name}, {name}: this entry lacks a description, type, default or example:\n{entry}"
                entries[name, match["field"]] = match.groupdict()
    return entries


def test_every_field_of_the_schema_has_description_type_default_and_example() -> None:
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    schema = {
        (name, field)
        for name, definition in [(ROOT, document), *document["$defs"].items()]
        for field in definition.get("properties", {})
    }
    entries = _fields()
    assert len(schema) > 500
    assert set(entries) == schema
    assert len(entries) == len(schema)


def test_the_pages_are_current() -> None:
    for file, text in pages():
        assert file.read_text(encoding="utf-8") == text, f"{file} is stale. Run: python -m docs.generator"


def test_every_command_and_every_public_name_has_an_entry() -> None:
    import anykube

    commands = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    assert [name for name in command_line.commands() if f"# {name}\n" not in commands] == []
    names = (REFERENCE / "api.md").read_text(encoding="utf-8")
    assert [name for name in dir(anykube) if f"### `{name}`\n" not in names] == []
    assert next(api.pages())[0] == "api.md"


def test_definitions_are_read_from_the_schema() -> None:
    assert set(definitions()[ROOT]["properties"]) == set(StackSettings.model_fields)
