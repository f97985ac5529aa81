"""`load`: from the name of a stack to its page, or to every mistake in it."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from anykube._model import WITHOUT_RULES
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding, ValuePath, dotted
from anykube._rules.model_errors import findings
from anykube._rules.node import ConfigNode
from anykube._rules.registry import violations
from anykube._rules.source import SourceNode
from anykube.settings import pages, secret_managers
from anykube.settings.model import StackSettings
from anykube.settings.problems import Problem, SettingsError
from anykube.settings.tree import UnreadableError


def load(stack: str, folder: Path = pages.ENVIRONMENTS) -> StackSettings:
    """The page `STACK.yaml` of the folder, with what it extends, validated.

    Raises SettingsError with all mistakes at once: of the YAML, of fields, and across fields. Each names the
    file and line where the value really stands.
    """
    try:
        merged, problems = pages.read(stack, folder)
    except UnreadableError as wrong:
        raise SettingsError([wrong.problem]) from None
    try:
        below = _below(ConfigNode(merged), stack, folder)
    except UnreadableError as wrong:
        below = None
        problems.append(wrong.problem)
    page, found = judged(merged, stack, pages.names(folder), below)
    problems += found
    if problems or page is None:
        raise SettingsError(problems)
    return page


def judged(
    merged: SourceNode, stack: str, others: Sequence[str] = (), below: ConfigNode | None = None
) -> tuple[StackSettings | None, list[Problem]]:
    """What a page is, and what its fields and rules have against it; of pages, `others` are there.

    :param below: the page whose cluster it uses, where there is one.
    """
    page: StackSettings | None = None
    found: list[Finding] = []
    refused: frozenset[ValuePath] = frozenset()
    try:
        # JSON, since the specs are strict: only there is a list good for a tuple.
        page = StackSettings.model_validate_json(json.dumps(merged.plain()), context=WITHOUT_RULES)
    except ValidationError as wrong:
        found, refused = findings(wrong, StackSettings, merged, {secret_managers.PATTERN: secret_managers.HINT})
    found += violations(RuleContext(ConfigNode(merged, (), refused), stack, others, below))
    return page, [_problem(finding, merged) for finding in found]


def _below(page: ConfigNode, stack: str, folder: Path) -> ConfigNode | None:
    """The page whose cluster this one uses. Whether that is right in itself is not asked here."""
    name = page["cluster"]["stack"].text
    if name is None or name == stack or name not in pages.names(folder):
        return None
    merged, _ = pages.read(name, folder)
    return ConfigNode(merged)


def _problem(finding: Finding, page: SourceNode) -> Problem:
    node = page.nearest(finding.path)
    return Problem(node.file, node.line, dotted(finding.path), finding.what, finding.remedy)
