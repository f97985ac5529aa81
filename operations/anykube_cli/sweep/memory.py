"""Remembers the facts about a stack's cluster, because a destroy removes them from the state and from the account."""

from pathlib import Path

from pydantic import ValidationError

from anykube_cli.sweep.facts import Facts

_TEMPORARY = {"managed", "shared_networks", "foreign_keys", "proven"}
"""Fields that later searches read again. A name or id in them may be somebody else's by then."""
_AZURE = "/subscriptions/"
"""Ids of Azure consist of names, which somebody else may use after a destroy. Other ids are unique."""


class Memory:
    """The facts of one stack, in a file of this machine. It contains ids and no secrets."""

    def __init__(self, home: Path, stack: str) -> None:
        """`home`: the folder with Anykube's own files."""
        self._file = home / "sweep" / f"{stack}.json"

    def load(self) -> Facts:
        """The remembered facts; none if nothing was remembered."""
        try:
            return Facts.model_validate_json(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return Facts()

    def save(self, facts: Facts) -> None:
        """Replaces the remembered facts."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(_lasting(facts).model_dump_json(), encoding="utf-8")
        temporary.replace(self._file)


def _lasting(facts: Facts) -> Facts:
    """The facts that stay true."""
    fields = {name: getattr(facts, name) for name in Facts.model_fields if name not in _TEMPORARY}
    return Facts(**{name: {id for id in ids if not id.startswith(_AZURE)} for name, ids in fields.items()})
