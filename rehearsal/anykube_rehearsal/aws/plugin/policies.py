"""Computes policy documents like aws.iam.get_policy_document."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

Values = Mapping[str, Any]


def document(arguments: Values) -> dict[str, Any]:
    """The outputs of get_policy_document. Raises ValueError for two statements with the same Sid."""
    statements = [_statement(each) for each in arguments.get("statements") or []]
    sources = [*_documents(arguments, "sourceJson", "sourcePolicyDocuments")]
    merged: list[dict[str, Any]] = [each for source in sources for each in _listed(source.get("Statement"))]
    sids = [each["Sid"] for each in merged if each.get("Sid")]
    for sid in {sid for sid in sids if sids.count(sid) > 1}:
        raise ValueError(f"two source documents have a statement with the Sid {sid}. Give one of them another Sid")
    merged = _override(merged, statements)
    for override in _documents(arguments, "overrideJson", "overridePolicyDocuments"):
        merged = _override(merged, _listed(override.get("Statement")))
    policy: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        policy["Id"] = arguments["policyId"]
    policy["Statement"] = merged
    text = json.dumps(policy, indent=2)
    return {
        "json": text,
        "minifiedJson": json.dumps(policy, separators=(",", ":")),
        "id": str(zlib.crc32(text.encode())),
    }


def _documents(arguments: Values, single: str, several: str) -> list[dict[str, Any]]:
    texts = [arguments.get(single), *(arguments.get(several) or [])]
    return [json.loads(text) for text in texts if text]


def _listed(value: Any) -> list[dict[str, Any]]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _override(base: list[dict[str, Any]], overrides: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replaces statements with the same Sid, and adds all others."""
    merged = list(base)
    for override in overrides:
        sid = override.get("Sid")
        index = next((i for i, statement in enumerate(merged) if sid and statement.get("Sid") == sid), None)
        if index is None:
            merged.append(override)
        else:
            merged[index] = override
    return merged


def _scalar_or_list(values: Sequence[str]) -> Any:
    """A single value, or a list in reverse order, as the provider writes them."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _statement(arguments: Values) -> dict[str, Any]:
    statement: dict[str, Any] = {}
    if arguments.get("sid"):
        statement["Sid"] = arguments["sid"]
    statement["Effect"] = arguments.get("effect") or "Allow"
    for wire in ("actions", "notActions", "resources", "notResources"):
        if arguments.get(wire):
            name = wire[0].upper() + wire[1:].removesuffix("s")
            statement[name] = _scalar_or_list(arguments[wire])
    for wire, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if arguments.get(wire):
            statement[name] = _principals(arguments[wire])
    conditions: dict[str, dict[str, Any]] = {}
    for condition in arguments.get("conditions") or []:
        values = _scalar_or_list(condition["values"])
        conditions.setdefault(condition["test"], {})[condition["variable"]] = values
    if conditions:
        statement["Condition"] = conditions
    return statement


def _principals(principals: Sequence[Values]) -> Any:
    if len(principals) == 1 and principals[0]["type"] == "*" and list(principals[0]["identifiers"]) == ["*"]:
        return "*"
    by_type: dict[str, list[str]] = {}
    for principal in principals:
        by_type.setdefault(principal["type"], []).extend(principal["identifiers"])
    return {kind: _scalar_or_list(identifiers) for kind, identifiers in by_type.items()}
