"""Policy documents computed as aws.iam.get_policy_document does."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

Values = Mapping[str, Any]


def document(given: Values) -> dict[str, Any]:
    """The outputs of get_policy_document. Raises ValueError for two statements of the same Sid."""
    statements = [_statement(one) for one in given.get("statements") or []]
    sources = [*_documents(given, "sourceJson", "sourcePolicyDocuments")]
    merged: list[dict[str, Any]] = [one for source in sources for one in _listed(source.get("Statement"))]
    taken = [one["Sid"] for one in merged if one.get("Sid")]
    for sid in {sid for sid in taken if taken.count(sid) > 1}:
        raise ValueError(f"two source documents have a statement of the Sid {sid}: one of them needs another")
    merged = _over(merged, statements)
    for override in _documents(given, "overrideJson", "overridePolicyDocuments"):
        merged = _over(merged, _listed(override.get("Statement")))
    policy: dict[str, Any] = {"Version": given.get("version") or "2012-10-17"}
    if given.get("policyId"):
        policy["Id"] = given["policyId"]
    policy["Statement"] = merged
    text = json.dumps(policy, indent=2)
    return {
        "json": text,
        "minifiedJson": json.dumps(policy, separators=(",", ":")),
        "id": str(zlib.crc32(text.encode())),
    }


def _documents(given: Values, single: str, several: str) -> list[dict[str, Any]]:
    texts = [given.get(single), *(given.get(several) or [])]
    return [json.loads(text) for text in texts if text]


def _listed(value: Any) -> list[dict[str, Any]]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _over(below: list[dict[str, Any]], above: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A statement replaces the one of the same Sid; one without a Sid is added."""
    merged = list(below)
    for one in above:
        place = next((i for i, two in enumerate(merged) if one.get("Sid") and two.get("Sid") == one["Sid"]), None)
        if place is None:
            merged.append(one)
        else:
            merged[place] = one
    return merged


def _one(values: Sequence[str]) -> Any:
    """One value stands alone, several are a list in reverse order, as the provider writes them."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _statement(given: Values) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if given.get("sid"):
        made["Sid"] = given["sid"]
    made["Effect"] = given.get("effect") or "Allow"
    for wire in ("actions", "notActions", "resources", "notResources"):
        if given.get(wire):
            name = wire[0].upper() + wire[1:].removesuffix("s")
            made[name] = _one(given[wire])
    for wire, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(wire):
            made[name] = _principals(given[wire])
    conditions: dict[str, dict[str, Any]] = {}
    for one in given.get("conditions") or []:
        conditions.setdefault(one["test"], {})[one["variable"]] = _one(one["values"])
    if conditions:
        made["Condition"] = conditions
    return made


def _principals(given: Sequence[Values]) -> Any:
    if len(given) == 1 and given[0]["type"] == "*" and list(given[0]["identifiers"]) == ["*"]:
        return "*"
    found: dict[str, list[str]] = {}
    for one in given:
        found.setdefault(one["type"], []).extend(one["identifiers"])
    return {kind: _one(identifiers) for kind, identifiers in found.items()}
