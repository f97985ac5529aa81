"""docs/reference/policies.md: the rules of the policy pack."""

from collections import Counter
from collections.abc import Iterator, Mapping

from anykube_policies.rule import ResourceRule, Rule, Severity
from anykube_policies.table import RULES

from docs.generator.note import NOTE, ROOT

_CASES = ROOT / "tests" / "policies" / "cases"
_INTRODUCTION = """`anykube policy` previews a stack and checks it against these rules. `anykube up`, every rehearsal,
and plain `pulumi preview` and `pulumi up` in a shell with `anykube env` check them too.

`policies.profile` in the settings selects which rules block a deployment. With `production`, the default, critical
and high rules block it and the others advise. With `development`, all rules advise. To exempt one resource from
one rule, [waive the policy](../how-to/waive-a-policy.md).

Rules read the inputs that the program declares, not what the cloud returns. If a rule needs a value that is only
known during the update, the preview says so, and the update evaluates the rule before it creates the resource.
Rules of the kind "stack" check how resources fit together, at the end of a preview. Rules do not see the objects
that a Helm release creates.

`tests/policies/test_cases.py` checks each rule with resources that pass and resources that fail, and
`tests/e2e/test_planted.py` breaks rules of every group with the real engine."""


def pages() -> Iterator[tuple[str, str]]:
    """The page of this reference: name and text."""
    files = _case_files()
    sections = (_section(rule, files) for rule in RULES)
    table = "\n".join(["| rule | severity | clouds |", "|---|---|---|", *map(_row, RULES)])
    yield (
        "policies.md",
        "\n\n".join(["# Policy rules", NOTE, _INTRODUCTION, "## Overview", _counts(), table, *sections]),
    )


def _counts() -> str:
    counts = Counter(rule.severity for rule in RULES)
    by_severity = ", ".join(f"{counts[severity]} {severity.value}" for severity in Severity if counts[severity])
    return f"{len(RULES)} rules: {by_severity}."


def _row(rule: Rule) -> str:
    return f"| [`{rule.name}`](#{rule.name}) | {rule.severity.value} | {rule.clouds} |"


def _section(rule: Rule, files: Mapping[str, list[str]]) -> str:
    links = ", ".join(f"[{name}](../../tests/policies/cases/{name})" for name in files[rule.name])
    return "\n".join(
        [
            f"## `{rule.name}`",
            "",
            f"{rule.title}.",
            "",
            f"- Severity: {rule.severity.value}",
            f"- Kind: {'resource' if isinstance(rule, ResourceRule) else 'stack'}",
            f"- Clouds: {rule.clouds}",
            f"- Source: {'; '.join(map(str, rule.controls))}",
            f"- What to do: {rule.remedy}",
            f"- Test cases: {links}",
        ]
    )


def _case_files() -> dict[str, list[str]]:
    """The files with the cases of each rule: the top-level keys of the YAML files."""
    files: dict[str, list[str]] = {rule.name: [] for rule in RULES}
    for file in sorted(_CASES.glob("*.yaml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.removesuffix(":") in files and line.endswith(":"):
                files[line.removesuffix(":")].append(file.name)
    return files
