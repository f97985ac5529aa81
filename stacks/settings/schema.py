"""The JSON Schema of a page, by which editors complete and check it."""

import json
from pathlib import Path

from stacks.settings.document import Page

SCHEMA = Path(__file__).with_name("schema.json")


def rendered() -> str:
    """The schema as its file has it.

    What a page may inherit is not required here, or an editor would complain of every page that extends
    another; `load` is the judge of the whole.
    """
    schema = Page.model_json_schema()
    kinds = schema["properties"]["cluster"]
    kinds["anyOf"] = kinds.pop("oneOf")
    for name, definition in [("Page", schema), *schema["$defs"].items()]:
        if name in ("Page", "WebServiceSpec") or "cloud" in definition["properties"]:
            definition.pop("required", None)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
