"""The annotations that say which stack a Kubernetes object belongs to."""

import hashlib
from collections.abc import Mapping

OWNER = "anykube.dev/stack"
"""Annotation of every object: the project and the stack that it belongs to, as `PROJECT/STACK`."""

USED_BY = "used-by.anykube.dev/"
"""Prefix of the annotations of an object that stacks share: one annotation for each stack that uses it."""

_MAX_NAME = 63
"""Maximum length of an annotation's name after the prefix.

https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set
"""


def owner(project: str, stack: str) -> str:
    """The value of `OWNER` for the objects of a stack."""
    return f"{project}/{stack}"


def used_by(owner: str) -> str:
    """The key of the annotation by which a stack says that it uses a shared object. The value is the owner."""
    name = owner.replace("/", ".")
    if len(name) > _MAX_NAME or not (name[0].isalnum() and name[-1].isalnum()):
        name = hashlib.sha256(owner.encode()).hexdigest()[:_MAX_NAME]
    return f"{USED_BY}{name}"


def users(annotations: Mapping[str, str]) -> frozenset[str]:
    """The owners that use a shared object."""
    return frozenset(value for key, value in annotations.items() if key.startswith(USED_BY))


def field_manager(owner: str) -> str:
    """The field manager by which a stack applies the objects that it adopted."""
    return f"anykube-{hashlib.sha256(owner.encode()).hexdigest()[:16]}"
