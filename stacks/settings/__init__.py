"""The settings of a stack: one typed page, strictly loaded, with all mistakes in one answer."""

from stacks.settings.document import Page, secret_names
from stacks.settings.loader import load
from stacks.settings.problems import Problem, SettingsError

__all__ = ["Page", "Problem", "SettingsError", "load", "secret_names"]
