"""`validated`: what a program passes to a component, judged as a settings file is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias, TypeVar, get_args

import pulumi
from pydantic import BaseModel, ValidationError

from anykube._model import WITHOUT_RULES, CheckedModel, fields_of
from anykube._routing import IngressProfile
from anykube._rules.context import RuleContext
from anykube._rules.findings import Finding, ValuePath
from anykube._rules.node import ConfigNode
from anykube._rules.source import SourceNode, source_of
from anykube._workloads.app import AppSpec

if TYPE_CHECKING:
    from anykube._clusters.managed import ManagedCluster
    from anykube._clusters.unions import ClusterSpec

M = TypeVar("M", bound=BaseModel)
AppCluster: TypeAlias = "ManagedCluster | ClusterSpec | IngressProfile"
"""What an app is judged by: the spec of its cluster, or its routing where a program knows no more of it."""

_TAGS: tuple[str, ...] = ("kind", "cloud")
"""The fields by which settings files tell apps of different kinds, and clusters of different clouds."""

_judged_already: ContextVar[bool] = ContextVar("judged_already", default=False)


@contextmanager
def judged_already() -> Iterator[None]:
    """While it is open, `validated` takes models as they are: the settings that they come from were judged as a whole.

    It is for the program that makes a stack of its settings: 500 apps are then judged once, when they are loaded.
    """
    token = _judged_already.set(True)
    try:
        yield
    finally:
        _judged_already.reset(token)


def validated(
    kind: str,
    name: str,
    model: type[M],
    args: M | Mapping[str, object],
    *,
    cluster: "AppCluster | None" = None,
    ingress: IngressProfile | None = None,
) -> M:
    """The arguments of a component as their model, by every rule that needs no other component.

    :param kind: the component's class, such as `WebService`: sentences begin with it.
    :param name: the component's name.
    :param args: the model, or a mapping of the same keys. Outputs in it are kept, and no rule looks at them.
    :param cluster: the spec of an app's cluster, or its routing where no more is known of it. None: any cluster, whose
        Ingress controller needs no annotations. Of a cluster itself: leave it out.
    :param ingress: the ingress profile of the app's cluster, where the program may have changed it. None: that of the
        cluster's cloud.
    :raises pulumi.RunError: with every mistake, in the words in which a settings file is told of the same one.

    Example::

        spec = validated("WebService", "web", WebServiceSpec, {"image": "nginx:1.29"}, cluster=eks)
    """
    if isinstance(args, BaseModel) and not isinstance(args, model):
        # The model of a settings file, whose fields the args have too.
        args = model(**fields_of(args))
    if isinstance(args, model) and _judged_already.get():
        return args
    spec, mistakes, refused = _parsed(model, args)
    mistakes += _violations(name, model, source_of(args), refused, cluster, ingress)
    if spec is None or mistakes:
        raise pulumi.RunError(_told(kind, name, mistakes))
    return spec


def _parsed(model: type[M], args: M | Mapping[str, object]) -> tuple[M | None, list[Finding], frozenset[ValuePath]]:
    """The model, or what is wrong with single fields, and the paths of these."""
    if isinstance(args, model):
        return args, [], frozenset()
    plain = dict(args) if isinstance(args, Mapping) else args
    try:
        return model.model_validate(plain, context=WITHOUT_RULES), [], frozenset()
    except ValidationError as wrong:
        from anykube._rules.model_errors import findings

        return None, *findings(wrong, model, source_of(args))


def _violations(
    name: str,
    model: type[BaseModel],
    source: SourceNode,
    refused: frozenset[ValuePath],
    cluster: "AppCluster | None",
    ingress: IngressProfile | None,
) -> list[Finding]:
    """What the rules say of an app or a cluster, and of any other model its own ones."""
    # Here and below: a program that imports one app pays for no cluster, and for no rule until it makes the app.
    from anykube._clusters.unions import ClusterSpec

    tagged = _tagged(model, source)
    if issubclass(model, AppSpec):
        settings = {"apps": SourceNode({name: tagged}), "cluster": _cluster(cluster)}
        return _broken(("apps", name), settings, refused, _ingress(cluster, ingress))
    if issubclass(model, get_args(ClusterSpec)):
        return _broken(("cluster",), {"cluster": tagged}, refused, None)
    own = model.rules if issubclass(model, CheckedModel) else ()
    return [finding for rule in own for finding in rule(ConfigNode(source, (), refused))]


def _broken(
    path: ValuePath, settings: dict[str, SourceNode], refused: frozenset[ValuePath], ingress: IngressProfile | None
) -> list[Finding]:
    """What the rules say of the part of such settings that is at the path."""
    from anykube._rules.registry import app_rules, cluster_rules, violations

    node = ConfigNode(SourceNode(settings), (), frozenset((*path, *below) for below in refused))
    found = violations(RuleContext(node, routing=ingress), app_rules() if path[0] == "apps" else cluster_rules())
    return [finding._replace(path=finding.path[len(path) :]) for finding in found]


def _ingress(cluster: "AppCluster | None", ingress: IngressProfile | None) -> IngressProfile | None:
    """What an app's routes are judged by. None: what the cluster's cloud has."""
    if isinstance(cluster, IngressProfile):
        return cluster
    # An app of an unknown cluster is rendered for a controller that needs no annotations, and judged so.
    return ingress or (IngressProfile() if cluster is None else None)


def _cluster(spec: "AppCluster | None") -> SourceNode:
    return (
        SourceNode(None) if spec is None or isinstance(spec, IngressProfile) else _tagged(type(spec), source_of(spec))
    )


def _tagged(model: type[BaseModel], source: SourceNode) -> SourceNode:
    """The source with the model's own `kind` or `cloud`, by which a settings file tells what it describes."""
    if not isinstance(source.value, dict):
        return source
    fields = model.model_fields
    choices = {name: get_args(fields[name].annotation) for name in _TAGS if name in fields}
    known = {name: source_of(only[0]) for name, only in choices.items() if len(only) == 1}
    return SourceNode({**source.value, **known})


def _told(kind: str, name: str, mistakes: Iterable[Finding]) -> str:
    sentences = dict.fromkeys(map(str, sorted(mistakes, key=lambda mistake: str(mistake.path))))
    return "\n".join(f"{kind} {name}: {sentence}" for sentence in sentences)
