"""From what a program passes to a component to its model."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

import pulumi
from pydantic import ValidationError

from components.model import Model

if TYPE_CHECKING:
    from components.clusters.choice import ClusterSpec

_OUTPUT = "is-instance[Output]"
_TEXTS = ("str", "constrained-str")

M = TypeVar("M", bound=Model)


def validated(
    kind: str,
    name: str,
    model: type[M],
    args: M | Mapping[str, object],
    *,
    cluster: "ClusterSpec | None" = None,  # noqa: ARG001
) -> M:
    """The args of a component as their model. Call it before anything is registered.

    :param kind: the component's class, such as WebService.
    :param name: the component's name.
    :param model: the model of its args.
    :param args: the model, or a mapping of the same keys.
    :param cluster: the cluster that an app goes to, where its spec is known.
    :raises pulumi.RunError: names every mistake in the args.
    """
    if isinstance(args, model):
        return args
    try:
        return model.model_validate(args)
    except ValidationError as invalid:
        raise pulumi.RunError(f"{kind} {name}: " + "; ".join(_sentences(invalid))) from None


def _sentences(invalid: ValidationError) -> Iterator[str]:
    for error in invalid.errors(include_input=False):
        *path, last = error["loc"] or ("",)
        # Of a text that may be an output, pydantic says also that it is not one.
        if last == _OUTPUT:
            continue
        # The last step may be the name of one of several types.
        steps = path if path and (last in _TEXTS or "[" in str(last)) else [*path, last]
        yield f"{'.'.join(map(str, steps))}: {error['msg']}".removeprefix(": ")
