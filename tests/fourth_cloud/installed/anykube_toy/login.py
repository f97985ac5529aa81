"""Login of CI jobs."""

from collections.abc import Mapping
from pathlib import Path

from anykube_cli.ci.login import Login


def variables(job: Mapping[str, str], token: Path | None) -> Mapping[str, str]:
    """Environment variables for Toy's SDK."""
    return {"TOY_ACCOUNT": job["TOY_ACCOUNT"], "TOY_TOKEN_FILE": str(token)}


LOGIN = Login("toy", ("TOY_ACCOUNT",), "TOY_ID_TOKEN", variables)
