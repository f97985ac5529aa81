"""What problems say, as text."""

from collections.abc import Sequence

from anykube_cli.preflight import Problem


def said(problems: Sequence[Problem]) -> str:
    """All that problems say."""
    return "\n".join(f"{p.severity} {p.subject}: {p.message} → {p.remedy}" for p in problems)
