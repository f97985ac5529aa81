"""`validated`: validates the arguments of a component with the rules that settings files have."""

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
"""The cluster that an app is validated for: its spec, or only its ingress profile if a program knows no more."""

_TAGS: tuple[str, ...] = ("kind", "cloud")
"""The fields that distinguish kinds of apps, and clouds of clusters, in settings files."""

_already_validated: ContextVar[bool] = ContextVar("already_validated", default=False)


@contextmanager
def already_validated() -> Iterator[None]:
    """In this context, `validated` accepts models without validation.

    For the program that creates a stack from settings, which validates all apps once while it loads the settings.
    """
    token = _already_validated.set(True)
    try:
        yield
    finally:
        _already_validated.reset(token)


def validated(
    kind: str,
    name: str,
    model: type[M],
    args: M | Mapping[str, object],
    *,
    cluster: "AppCluster | None" = None,
    ingress: IngressProfile | None = None,
) -> M:
    """The arguments of a component as a model, validated by every rule that needs no other component.

    :param kind: the component's class, such as `WebService`, for messages.
    :param name: the component's name, for messages.
    :param args: the model, or a mapping with its fields. Outputs are kept, and no rule checks them.
    :param cluster: the spec of the app's cluster, or its ingress profile if no more is known. Default: any cluster with
        an Ingress controller that needs no annotations. Not for clusters.
    :param ingress: the ingress profile of the app's cluster, if the program changed it. Default: that of the cluster's
        cloud.
    :raises pulumi.RunError: with all mistakes, with the same messages as for a settings file.

    Example::

        spec = validated("WebService", "web", WebServiceSpec, {"image": "nginx:1.29"}, cluster=eks)
    """
    if isinstance(args, BaseModel) and not isinstance(args, model):
        # A model of settings, whose fields the arguments have too.
        args = model(**fields_of(args))
    if isinstance(args, model) and _already_validated.get():
        return args
    spec, mistakes, invalid = _parse(model, args)
    mistakes += _rule_findings(name, model, source_of(args), invalid, cluster, ingress)
    if spec is None or mistakes:
        raise pulumi.RunError(_message(kind, name, mistakes))
    return spec


def _parse(model: type[M], args: M | Mapping[str, object]) -> tuple[M | None, list[Finding], frozenset[ValuePath]]:
    """The model, or the findings about single fields, and the paths of invalid values."""
    if isinstance(args, model):
        return args, [], frozenset()
    fields = dict(args) if isinstance(args, Mapping) else args
    try:
        return model.model_validate(fields, context=WITHOUT_RULES), [], frozenset()
    except ValidationError as error:
        from anykube._rules.model_errors import findings

        return None, *findings(error, model, source_of(args))


def _rule_findings(
    name: str,
    model: type[BaseModel],
    source: SourceNode,
    invalid: frozenset[ValuePath],
    cluster: "AppCluster | None",
    ingress: IngressProfile | None,
) -> list[Finding]:
    """The findings of all rules for apps and clusters, and of the model's own rules for other models."""
    # Imported here and below, so that programs load clusters and rules only when they need them.
    from anykube._clusters.unions import ClusterSpec

    tagged = _tagged(model, source)
    if issubclass(model, AppSpec):
        settings = {"apps": SourceNode({name: tagged}), "cluster": _cluster(cluster)}
        return _findings_at(("apps", name), settings, invalid, _ingress(cluster, ingress))
    if issubclass(model, get_args(ClusterSpec)):
        return _findings_at(("cluster",), {"cluster": tagged}, invalid, None)
    rules = model.rules if issubclass(model, CheckedModel) else ()
    return [finding for rule in rules for finding in rule(ConfigNode(source, (), invalid))]


def _findings_at(
    path: ValuePath, settings: dict[str, SourceNode], invalid: frozenset[ValuePath], ingress: IngressProfile | None
) -> list[Finding]:
    """The findings of the rules for settings that have only the component at the path."""
    from anykube._rules.registry import app_rules, cluster_rules, violations

    node = ConfigNode(SourceNode(settings), (), frozenset((*path, *relative) for relative in invalid))
    findings = violations(RuleContext(node, routing=ingress), app_rules() if path[0] == "apps" else cluster_rules())
    return [finding._replace(path=finding.path[len(path) :]) for finding in findings]


def _ingress(cluster: "AppCluster | None", ingress: IngressProfile | None) -> IngressProfile | None:
    """The ingress profile for the rules. None: that of the cluster's cloud."""
    if isinstance(cluster, IngressProfile):
        return cluster
    # An app of an unknown cluster is rendered for a controller that needs no annotations.
    return ingress or (IngressProfile() if cluster is None else None)


def _cluster(spec: "AppCluster | None") -> SourceNode:
    return (
        SourceNode(None) if spec is None or isinstance(spec, IngressProfile) else _tagged(type(spec), source_of(spec))
    )


def _tagged(model: type[BaseModel], source: SourceNode) -> SourceNode:
    """The source with the `kind` or `cloud` of the model, which arguments may leave out and settings must have."""
    if not isinstance(source.value, dict):
        return source
    fields = model.model_fields
    choices = {name: get_args(fields[name].annotation) for name in _TAGS if name in fields}
    tags = {name: source_of(values[0]) for name, values in choices.items() if len(values) == 1}
    return SourceNode({**source.value, **tags})


def _message(kind: str, name: str, mistakes: Iterable[Finding]) -> str:
    sentences = dict.fromkeys(map(str, sorted(mistakes, key=lambda mistake: str(mistake.path))))
    return "\n".join(f"{kind} {name}: {sentence}" for sentence in sentences)
