"""References between resources: the target must exist, and cannot be deleted while it is referenced."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anykube_rehearsal.cloud.account.model import Change, Record, Reference

if TYPE_CHECKING:
    from anykube_rehearsal.cloud.account.account import Account


def input_values(inputs: Mapping[str, Any], path: str) -> Iterator[str]:
    """The values at a path of the inputs. Descends into lists."""
    key, _, rest = path.partition(".")
    value = inputs.get(key)
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    for item in items:
        if rest and isinstance(item, Mapping):
            yield from input_values(item, rest)
        elif not rest and isinstance(item, str) and item:
            yield item


def resolve(account: "Account", reference: Reference, value: str) -> Record | None:
    """The resource that a value references; None if it does not exist."""
    aliases = account.types[reference.target].aliases
    return next((record for record in account.store.all(reference.target) if value in aliases(record)), None)


def missing_references(account: "Account", change: Change) -> Iterator[tuple[str, str]]:
    """A message and its document for every reference whose target does not exist."""
    for reference in account.types[change.token].references:
        for value in input_values(change.new, reference.path):
            if not reference.exempt(value) and resolve(account, reference, value) is None:
                noun = account.types[reference.target].noun
                yield f"{reference.path}: there is no {noun} {value!r} in this account", reference.document


def referrers(account: "Account", record: Record) -> Iterator[tuple[Record, Reference]]:
    """The resources that reference this one, each with its reference."""
    aliases = set(account.types[record.token].aliases(record))
    for resource_type in account.types.values():
        references = [reference for reference in resource_type.references if reference.target == record.token]
        for other in account.store.all(resource_type.token) if references else ():
            for reference in references:
                if aliases.intersection(input_values(other.inputs, reference.path)):
                    yield other, reference
