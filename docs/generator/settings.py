"""docs/reference/settings/: every field of a settings file, with type, default and example.

A definition is on the page of the cluster or app that uses it, or on a shared page if several do.
"""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from docs.generator.note import NOTE
from docs.generator.schema import ROOT, Schema, definitions, reachable, references, type_in_words

_CLUSTER_PAGE, _APP_PAGE, _SHARED_PAGE, _ROOT_PAGE = "clusters-shared", "apps-shared", "shared", "stack"
_TITLES = {
    _ROOT_PAGE: "Stack settings",
    _CLUSTER_PAGE: "Shared by clusters",
    _APP_PAGE: "Shared by apps",
    _SHARED_PAGE: "Shared by clusters and apps",
}


def links() -> dict[str, str]:
    """The address of each definition below docs/reference/."""
    return {name: f"settings/{page}.md#{name.lower()}" for name, page in _placed().items()}


def pages() -> Iterator[tuple[str, str]]:
    """The pages of this reference: name and text."""
    placed = _placed()
    addresses = {name: f"{page}.md#{name.lower()}" for name, page in placed.items()}
    by_page: dict[str, list[str]] = {}
    for name, page in placed.items():
        by_page.setdefault(page, []).append(name)
    yield "settings/index.md", _index(by_page)
    for page, names in by_page.items():
        local = {name: link.removeprefix(f"{page}.md") for name, link in addresses.items()}
        sections = (_section(name, definitions()[name], local) for name in names)
        yield f"settings/{page}.md", "\n\n".join([f"# {_title(page)}", NOTE, *sections])


def _index(by_page: Mapping[str, list[str]]) -> str:
    lines = [
        "# Settings",
        NOTE,
        "A settings file, `stacks/environments/NAME.yaml`, describes the stack `NAME`: a cluster and its apps. "
        "Unknown fields, duplicate keys and wrong types are errors. `anykube settings check` reports all.",
        "Start at [Stack settings](stack.md). Each entry shows the type, the default and an example.",
        "```{toctree}\n:maxdepth: 1\n\n" + "\n".join(by_page) + "\n```",
    ]
    return "\n\n".join(lines)


def _placed() -> dict[str, str]:
    """The page of each definition. The variants of clusters and apps come first on their own page."""
    root = definitions()[ROOT]["properties"]
    clusters = list(references(root["cluster"]))
    apps = list(references(root["apps"]))
    users = {name: reachable(name) for name in (*clusters, *apps)}
    shared = set(reachable(ROOT)) - set().union(*users.values())
    result = {ROOT: _ROOT_PAGE, **{name: _page_of(name) for name in (*clusters, *apps)}}
    for name in definitions():
        if name in result:
            continue
        using_clusters = [user for user in clusters if name in users[user]]
        using_apps = [user for user in apps if name in users[user]]
        result[name] = _ROOT_PAGE if name in shared else _owner(using_clusters, using_apps)
    order = {page: number for number, page in enumerate(dict.fromkeys([*result.values()]))}
    return dict(sorted(result.items(), key=lambda item: order[item[1]]))


def _owner(clusters: list[str], apps: list[str]) -> str:
    if clusters and apps:
        return _SHARED_PAGE
    users, page = (clusters, _CLUSTER_PAGE) if clusters else (apps, _APP_PAGE)
    return _page_of(users[0]) if len(users) == 1 else page


def _page_of(name: str) -> str:
    properties = definitions()[name]["properties"]
    if "cloud" in properties:
        return f"cluster-{properties['cloud']['const']}"
    return f"app-{properties['kind']['const']}" if "kind" in properties else "cluster-of-another-stack"


def _title(page: str) -> str:
    kind, _, name = page.partition("-")
    if page in _TITLES:
        return _TITLES[page]
    return (
        f"Clusters: `cloud: {name}`"
        if kind == "cluster" and name != "of-another-stack"
        else (f"Apps: `kind: {name}`" if kind == "app" else "The cluster of another stack")
    )


def _section(name: str, definition: Schema, links: Mapping[str, str]) -> str:
    required = definition.get("required", [])
    properties = sorted(definition["properties"].items(), key=lambda item: ("default" in item[1], item[0]))
    fields = (_field(field, schema, links, is_required=field in required) for field, schema in properties)
    return "\n\n".join([f"## {name}", _text(definition), *fields])


def _field(name: str, schema: Schema, links: Mapping[str, str], *, is_required: bool) -> str:
    schema = _merged(schema)
    facts = [
        f"- Type: {type_in_words(schema, links)}",
        f"- Default: {'none; required' if is_required or 'default' not in schema else _value(schema['default'])}",
        *(f"- Example: {_example(name, example)}" for example in schema.get("examples", [])[:1]),
    ]
    return "\n\n".join([f"### `{name}`", _text(schema), "\n".join(facts)])


def _merged(schema: Schema) -> Schema:
    """A field that is one definition has that definition's description, unless it has its own."""
    name = next(references(schema), None)
    if "description" in schema or name not in definitions():
        return schema
    return {**schema, "description": definitions()[name].get("description", "")}


def _text(schema: Schema) -> str:
    return str(schema.get("description", "")).split("\n\nExample:")[0].strip()


def _value(value: Any) -> str:
    return "none" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _example(name: str, value: Any) -> str:
    stream = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = True
    yaml.width = 10_000
    yaml.dump({name: value}, stream)
    return f"`{stream.getvalue().strip().removeprefix('{').removesuffix('}')}`"
