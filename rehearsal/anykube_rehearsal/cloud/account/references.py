"""Which resources name which: what is named has to be there, and stays while it is named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anykube_rehearsal.cloud.account.model import Change, Record, Reference

if TYPE_CHECKING:
    from anykube_rehearsal.cloud.account.account import Account


def values(inputs: Mapping[str, Any], path: str) -> Iterator[str]:
    """What inputs have at a path; lists on the way, and at its end, are walked."""
    step, _, rest = path.partition(".")
    found = inputs.get(step)
    items = found if isinstance(found, Sequence) and not isinstance(found, str) else [found]
    for item in items:
        if rest and isinstance(item, Mapping):
            yield from values(item, rest)
        elif not rest and isinstance(item, str) and item:
            yield item


def named(account: "Account", reference: Reference, value: str) -> Record | None:
    """The resource that a value names, if there is one."""
    known_as = account.types[reference.to].known_as
    return next((record for record in account.store.all(reference.to) if value in known_as(record)), None)


def missing(account: "Account", change: Change) -> Iterator[tuple[str, str]]:
    """A sentence and its document for everything that is named and not there."""
    for reference in account.types[change.token].references:
        for value in values(change.new, reference.path):
            if not reference.free(value) and named(account, reference, value) is None:
                noun = account.types[reference.to].noun
                yield f"{reference.path}: there is no {noun} {value!r} in this account", reference.document


def holders(account: "Account", record: Record) -> Iterator[tuple[Record, Reference]]:
    """The resources that name this one, and by what."""
    known = set(account.types[record.token].known_as(record))
    for kind in account.types.values():
        references = [one for one in kind.references if one.to == record.token]
        for other in account.store.all(kind.token) if references else ():
            for reference in references:
                if known.intersection(values(other.inputs, reference.path)):
                    yield other, reference
