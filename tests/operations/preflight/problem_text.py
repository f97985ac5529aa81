"""Problems as text, for assertions."""

from collections.abc import Sequence

from anykube_cli.preflight import Problem


def format_problems(problems: Sequence[Problem]) -> str:
    """One line per problem, with severity, subject, message and remedy."""
    return "\n".join(
        f"{problem.severity} {problem.subject}: {problem.message} → {problem.remedy}" for problem in problems
    )
