"""`load`: from the name of a stack to its validated settings, or to every mistake in them."""

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
from anykube.settings import files, secret_managers
from anykube.settings.model import StackSettings
from anykube.settings.problems import Problem, SettingsError
from anykube.settings.tree import UnreadableError


def load(stack: str, folder: Path = files.ENVIRONMENTS) -> StackSettings:
    """The validated settings of a stack: `STACK.yaml` in the folder, and the files that it extends.

    Raises SettingsError with all mistakes at once: of the YAML, of fields, and across fields. Each has the file and
    line of the value, which may be in an inherited file.
    """
    try:
        merged, problems = files.read(stack, folder)
    except UnreadableError as error:
        raise SettingsError([error.problem]) from None
    try:
        referenced = _referenced(ConfigNode(merged), stack, folder)
    except UnreadableError as error:
        referenced = None
        problems.append(error.problem)
    settings, more_problems = validate(merged, stack, files.names(folder), referenced)
    problems += more_problems
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def validate(
    merged: SourceNode, stack: str, stacks: Sequence[str] = (), referenced: ConfigNode | None = None
) -> tuple[StackSettings | None, list[Problem]]:
    """The settings, unless their types are wrong, and the problems of fields and rules.

    :param stacks: the names of all stacks that have settings.
    :param referenced: the settings of the stack that has the cluster, if this stack refers to it.
    """
    settings: StackSettings | None = None
    mistakes: list[Finding] = []
    invalid: frozenset[ValuePath] = frozenset()
    try:
        # From JSON, since the models are strict: only pydantic's JSON mode accepts a list for a tuple.
        settings = StackSettings.model_validate_json(json.dumps(merged.to_data()), context=WITHOUT_RULES)
    except ValidationError as error:
        mistakes, invalid = findings(error, StackSettings, merged, {secret_managers.PATTERN: secret_managers.HINT})
    mistakes += violations(RuleContext(ConfigNode(merged, (), invalid), stack, stacks, referenced))
    return settings, [_problem(mistake, merged) for mistake in mistakes]


def _referenced(settings: ConfigNode, stack: str, folder: Path) -> ConfigNode | None:
    """The settings of the stack whose cluster this one uses, without validation."""
    name = settings["cluster"]["stack"].text
    if name is None or name == stack or name not in files.names(folder):
        return None
    merged, _ = files.read(name, folder)
    return ConfigNode(merged)


def _problem(finding: Finding, settings: SourceNode) -> Problem:
    node = settings.nearest(finding.path)
    return Problem(node.file, node.line, dotted(finding.path), finding.message, finding.remedy)
