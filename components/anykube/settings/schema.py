"""The JSON Schema of a page, by which editors complete and check it."""

import json
from pathlib import Path

from anykube._workloads.unions import DEFAULT_KIND
from anykube.settings.model import StackSettings

SCHEMA = Path(__file__).with_name("schema.json")


def rendered() -> str:
    """The schema as its file has it.

    What a page may inherit is not required here, or an editor would complain of every page that extends
    another; `load` is the judge of the whole.
    """
    schema = StackSettings.model_json_schema()
    kinds = schema["properties"]["cluster"]
    kinds["anyOf"] = kinds.pop("oneOf")
    for name, definition in [("Page", schema), *schema["$defs"].items()]:
        fields = definition.get("properties", {})
        if name == "Page" or "cloud" in fields:
            definition.pop("required", None)
        elif "kind" in fields:
            # Without its kind, an app is of the default one.
            definition["required"] = [] if fields["kind"]["default"] == DEFAULT_KIND else ["kind"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
