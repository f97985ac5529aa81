"""`load`: from the name of a stack to its page, or to every mistake in it."""

import json
from pathlib import Path

from pydantic import ValidationError

from stacks.settings import pages
from stacks.settings.document import Page
from stacks.settings.problems import Finding, Problem, SettingsError, dotted
from stacks.settings.tree import Marked, Unreadable


def load(stack: str, folder: Path = pages.ENVIRONMENTS) -> Page:
    merged, problems = pages.read(stack, folder)
    return Page.model_validate_json(json.dumps(merged.plain()))
