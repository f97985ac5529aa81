"""From what a program passes to a component to its model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import pulumi
from pydantic import ValidationError

from components.model import Model

if TYPE_CHECKING:
    from components.clusters.choice import ClusterSpec

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
        problems = (_sentence(error["loc"], error["msg"]) for error in invalid.errors(include_input=False))
        raise pulumi.RunError(f"{kind} {name}: " + "; ".join(problems)) from None


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    path = ".".join(map(str, location))
    return f"{path}: {message}" if path else message
