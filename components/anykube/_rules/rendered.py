"""Rules about the objects that apps are rendered to: their names, and the kinds that patches are for.

They ask what is really rendered, so that no list of derived names must be kept: `APP-headless`, `APP-next`, `APP-env` …
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import pulumi
from pydantic import ValidationError

from anykube._clusters.context import ClusterContext
from anykube._clusters.ingress_profiles import INGRESS_PROFILES
from anykube._kubernetes import Manifest, token
from anykube._model import WITHOUT_RULES
from anykube._routing import IngressProfile
from anykube._rules.context import RuleContext, apps, cloud, mode, namespace
from anykube._rules.findings import Finding, ValuePath, dotted
from anykube._rules.kubernetes_objects import KUBERNETES_OBJECTS
from anykube._rules.node import ConfigNode
from anykube._rules.source import Opaque, SourceNode
from anykube._rules.wording import choice, quoted
from anykube._workloads.app import AppSpec
from anykube._workloads.derived_names import DerivedName, derived_names
from anykube._workloads.namespace import namespace_manifest
from anykube._workloads.network import unmanaged_pods_policy
from anykube._workloads.parts import ManifestPart
from anykube._workloads.patches import merge, targets
from anykube._workloads.pods.secrets import references, resolve
from anykube._workloads.pods.spec import WorkloadSpec
from anykube._workloads.pods.volumes import managed_claims
from anykube._workloads.render import manifests_of
from anykube._workloads.routes.hosts import issued_hosts
from anykube._workloads.routes.routed import RoutedFields
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.unions import DEFAULT_KIND, KINDS

T = TypeVar("T")

_APPS = "rendered apps"


class _App(NamedTuple):
    """An app of the settings with its objects."""

    name: str
    object_name: str
    """The name of its objects, which is its earliest name."""
    node: ConfigNode
    spec: AppSpec
    complete: bool
    """Whether all its fields are valid. Otherwise, some of its objects may be missing."""
    parts: list[ManifestPart]


class _Object(NamedTuple):
    """An object of an app, or one that Kubernetes creates for it."""

    owner: str
    """`the app web` or `the namespace`."""
    path: ValuePath
    """The field that the object's name is from."""
    manifest: Manifest
    resource: str
    """The name of its Pulumi resource; empty without one."""


def collisions(context: RuleContext) -> Iterator[Finding]:
    """No two objects have the same name, whatever they are derived from."""
    first: dict[tuple[str, ...], _Object] = {}
    reported = set[tuple[ValuePath, ValuePath]]()
    for item in _objects(context):
        for key, what in _identities(item):
            other = first.setdefault(key, item)
            if other is item:
                continue
            # The longer path is the more specific one: a field of an app whose object has another app's name.
            newer, older = (other, item) if len(other.path) > len(item.path) else (item, other)
            if (newer.path, older.path) not in reported:
                reported.add((newer.path, older.path))
                yield Finding(newer.path, f"{older.owner} already has {what}", _remedy(newer, older))


def _identities(item: _Object) -> Iterator[tuple[tuple[str, ...], str]]:
    """What no other object may have: a name in Kubernetes, and in Pulumi."""
    manifest, metadata = item.manifest, _metadata(item.manifest)
    kind, name = str(manifest["kind"]), str(metadata["name"])
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    article = "an" if kind[0] in "AEIO" else "a"
    yield (group, kind, str(metadata.get("namespace", "")), name), f"{article} {kind} named {name}"
    if item.resource:
        yield ("pulumi", token(manifest), item.resource), f"a Pulumi resource named {item.resource}"


def _remedy(newer: _Object, older: _Object) -> str:
    if "manifests" in newer.path:
        is_manifest = "manifests" in older.path
        return "choose another name" + ("" if is_manifest else ", or change that object with `patches`")
    return "rename one of the apps" if len(newer.path) == 2 else "choose another name"


_MOST_BYTES = 1_572_864
"""The size of an object that an API server can store: https://etcd.io/docs/latest/dev-guide/limit/"""


def sizes(context: RuleContext) -> Iterator[Finding]:
    """No object is larger than the API server can store."""
    for item in _objects(context):
        size = len(json.dumps(item.manifest, default=lambda _: "", ensure_ascii=False).encode())
        if size > _MOST_BYTES:
            name = f"{item.manifest['kind']} {_metadata(item.manifest)['name']}"
            message = f"the {name} would have {size:,} bytes, and an API server stores {_MOST_BYTES:,}"
            yield Finding(item.path, message, "put large texts into an image, or into a volume of type claim")


def objects_of_kubernetes(context: RuleContext) -> Iterator[Finding]:
    """Kubernetes creates some objects itself. A stack that has them too would delete them."""
    adopted = {title.text for title in context.settings["adopt"].elements()}
    for item in _objects(context):
        kind, metadata = str(item.manifest["kind"]), _metadata(item.manifest)
        name, namespace = str(metadata["name"]), str(metadata.get("namespace", ""))
        title = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
        pattern = KUBERNETES_OBJECTS.get(kind)
        if kind == "Namespace" and "manifests" not in item.path:
            continue  # of an app, which uses it as it is
        if pattern and re.fullmatch(pattern, f"{namespace}/{name}") and title not in adopted:
            yield Finding(item.path, f"{title} is an object of Kubernetes", f"choose another name, or adopt {title}")


def patches(context: RuleContext) -> Iterator[Finding]:
    """A patch is for objects that the app has, and they keep their names."""
    for app in _apps(context, lambda app: app["patches"].is_set):
        manifests = [part.manifest for part in [*app.parts, *_certificate(context, app)]]
        by_target: dict[str, list[Manifest]] = defaultdict(list)
        for manifest in manifests:
            for target in targets(manifest):
                by_target[target].append(manifest)
        for target, patch in app.node["patches"].items():
            if target in by_target:
                yield from _patched(patch, by_target[target])
            elif app.complete:
                yield _unknown_target(patch, target, sorted(by_target))


def _unknown_target(patch: ConfigNode, target: str, known: Sequence[str]) -> Finding:
    kind, slash, name = target.partition("/")
    names = [other.partition("/")[2] for other in known if other.startswith(f"{kind}/")]
    if slash and names:
        return Finding(patch.path, f"the app has no {kind} named {name}", choice(name, names, "name"))
    kinds = [other for other in known if "/" not in other]
    return Finding(patch.path, f"the app has no object of kind {kind}", choice(kind, kinds, "kind"))


_FIXED = {
    ("apiVersion",): "remove it, or add another object with `manifests`",
    ("kind",): "remove it, or add another object with `manifests`",
    ("metadata", "name"): "remove it, or rename the app",
    ("metadata", "namespace"): "remove it, or set the app's `namespace`",
}
"""The fields that a patch cannot change, since other objects and Anykube know the object by them."""


def _patched(patch: ConfigNode, manifests: Iterable[Manifest]) -> Iterator[Finding]:
    """The mistakes in a patch of these objects."""
    fields = patch.node.to_data()
    if not isinstance(fields, dict):
        return
    for manifest in manifests:
        result = merge(manifest, fields)
        for steps, remedy in _FIXED.items():
            if (before := _at(manifest, steps)) != _at(result, steps):
                message = f"a patch cannot change {dotted(steps)}, which is {before}"
                yield Finding(_deepest(patch, steps).path, message, remedy)
                return
        pod = _at(result, ("spec", "template", "spec"))
        if _at(pod, ("hostNetwork",)) is True and _at(pod, ("securityContext", "sysctls")):
            message = (
                "a kubelet starts no pod with hostNetwork and a sysctl of the network, which ports below 1024 need"
            )
            remedy = "add `securityContext: {sysctls: null}` beside hostNetwork"
            yield Finding(_deepest(patch, ("spec", "template", "spec", "hostNetwork")).path, message, remedy)
            return
        selected, labels = _at(result, _SELECTED), _at(result, _LABELS)
        if isinstance(selected, Mapping) and isinstance(labels, Mapping) and not selected.items() <= labels.items():
            message = f"the {manifest['kind']} would no longer select its pods, by {_listed(selected)}"
            yield Finding(
                _deepest(patch, ("spec",)).path, message, "keep these labels of spec.selector and spec.template"
            )
            return


_SELECTED = ("spec", "selector", "matchLabels")
_LABELS = ("spec", "template", "metadata", "labels")


def _listed(labels: Mapping[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in labels.items())


def _at(manifest: object, steps: Sequence[str]) -> object:
    for step in steps:
        manifest = manifest.get(step) if isinstance(manifest, Mapping) else None
    return manifest


def _deepest(node: ConfigNode, steps: Sequence[str]) -> ConfigNode:
    """The value at these steps, or the last one before it that exists."""
    for step in steps:
        if step not in dict(node.items()):
            break
        node = node[step]
    return node


def _objects(context: RuleContext) -> Iterator[_Object]:
    """All objects of the stack, in the order in which they are created."""
    names = (namespace(context.settings, app) for _, app in apps(context.settings))
    for name in dict.fromkeys(name for name in names if name):
        for manifest in (namespace_manifest(name), unmanaged_pods_policy(name)):
            yield _Object("the namespace", (), manifest, "")
    object_names = set[str]()
    for app in _apps(context):
        if app.object_name in object_names:
            # links.renames reports an app with the earlier name of another.
            continue
        object_names.add(app.object_name)
        owner, namespace_name = f"the app {app.name}", namespace(context.settings, app.node) or ""
        for source, part in _sources(app):
            yield _Object(owner, source.path, part.manifest, f"{app.name}-{part.suffix}")
        for part in _certificate(context, app):
            yield _Object(owner, app.node["routes"].path, part.manifest, f"{app.name}-{part.suffix}")
        for field, kind, name in _created_later(app):
            metadata = {"name": name, "namespace": namespace_name}
            yield _Object(owner, field, {"apiVersion": "v1", "kind": kind, "metadata": metadata}, "")


def _created_later(app: _App) -> Iterator[tuple[ValuePath, str, str]]:
    """The field, kind and name of the objects that controllers create for an app under names that are known."""
    if isinstance(app.spec, WorkloadSpec):
        for name in app.spec.external_secrets:
            yield app.node["external_secrets"][name].path, "Secret", f"{app.object_name}-{name}"
    if isinstance(app.spec, StatefulServiceSpec):
        pods = app.spec.autoscaling.max if app.spec.autoscaling else app.spec.replicas
        for name in managed_claims(app.spec.volumes):
            for pod in range(pods):
                path = app.node["volumes"][name].path
                yield path, "PersistentVolumeClaim", f"{name}-{app.object_name}-{pod}"


def _certificate(context: RuleContext, app: _App) -> list[ManifestPart]:
    """The Secret of the certificate that a local cluster's authority issues."""
    if not isinstance(app.spec, RoutedFields) or cloud(context) != "local" or not issued_hosts(app.spec.routes):
        return []
    metadata = {"name": f"{app.object_name}-tls", "namespace": namespace(context.settings, app.node)}
    return [ManifestPart("tls", {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}, "before")]


def names(context: RuleContext) -> Iterator[Finding]:
    """No name that is derived from that of an app, or from the key of a field, is too long."""
    for app in _apps(context):
        reported = set[ValuePath]()
        for field, name in _derived(app):
            # services.manifests judges names in manifests.
            if name.excess <= 0 or field.path in reported or "manifests" in field.path:
                continue
            reported.add(field.path)
            key = str(field.path[-1]) if len(field.path) > len(app.node.path) else app.object_name
            longest = len(key) - name.excess
            subject = f"the {name.subject}" if name.name == key else f"the {name.subject}, {quoted(name.name)},"
            message = f"{subject} would have {len(name.name)} characters, and at most {name.longest} are allowed"
            remedy = f"choose a name of at most {longest} characters" if longest > 0 else "choose a shorter name"
            yield Finding(field.path, message, remedy)


def _derived(app: _App) -> Iterator[tuple[ConfigNode, DerivedName]]:
    """The names that are derived for an app, each with the field that it is from."""
    for field, part in _sources(app):
        for name in derived_names(app.object_name, part.manifest):
            prefix, _, key = name.name.partition("-")
            is_csi = name.subject == "volume of the pods" and prefix == "csi"
            yield app.node["csi_secrets"][key] if is_csi else field, name


_FIELDS: Mapping[str, str] = {"external": "external_secrets", "csi": "csi_secrets", "claim": "volumes"}
"""The fields whose keys are parts of names, by the beginning of the suffix."""


def _sources(app: _App) -> Iterator[tuple[ConfigNode, ManifestPart]]:
    """The parts of an app, each with the field that its name is from."""
    manifests = list(app.node["manifests"].elements())
    for part in app.parts:
        prefix, _, name = part.suffix.partition("-")
        if manifests and _identity(part.manifest) == _identity_in_settings(manifests[0]):
            yield manifests.pop(0)["metadata"]["name"], part
        elif prefix == "next":
            yield app.node["next"], part
        elif prefix in _FIELDS and app.node[_FIELDS[prefix]][name].is_set:
            yield app.node[_FIELDS[prefix]][name], part
        else:
            yield app.node, part


def _identity(manifest: Manifest) -> tuple[object, object, object]:
    return manifest["apiVersion"], manifest["kind"], _metadata(manifest)["name"]


def _identity_in_settings(manifest: ConfigNode) -> tuple[object, object, object]:
    return manifest["apiVersion"].text, manifest["kind"].text, manifest["metadata"]["name"].text


def _metadata(manifest: Manifest) -> Mapping[str, Any]:
    metadata = manifest["metadata"]
    assert isinstance(metadata, Mapping)
    return metadata


def _apps(context: RuleContext, condition: Callable[[ConfigNode], bool] = lambda _: True) -> Iterator[_App]:
    """The apps of the settings that meet the condition and can be rendered."""
    if _APPS not in context.shared:
        context.shared[_APPS] = _in_event_loop(lambda: list(_rendered(context)))
    return (app for app in context.shared[_APPS] if condition(app.node))


def _in_event_loop(function: Callable[[], T]) -> T:
    """Calls the function in an event loop, which outputs need. Programs have one already."""

    async def call() -> T:
        return function()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return runner.run(call())
    return function()


def _rendered(context: RuleContext) -> Iterator[_App]:
    profile = context.routing or INGRESS_PROFILES.get((cloud(context) or "", mode(context)), IngressProfile())
    for name, node in apps(context.settings):
        spec, complete = _spec(node)
        namespace_name = namespace(context.settings, node)
        if spec is None or namespace_name is None:
            continue
        object_name = spec.renamed_from[0] if spec.renamed_from else name
        try:
            if any(references(spec)):
                spec = resolve(spec, _unknown)
            parts = manifests_of(object_name, namespace_name, spec, ClusterContext(ingress=profile))
        except (pulumi.RunError, LookupError, TypeError):
            # Other rules report why it cannot be rendered.
            continue
        yield _App(name, object_name, node, spec, complete, parts)


def _unknown(_: str) -> "pulumi.Output[str]":
    """An output that is never known, so that no function of it runs."""

    async def result(value: T) -> T:
        return value

    return pulumi.Output(set(), result(""), result(False), result(True))


def _spec(app: ConfigNode) -> tuple[AppSpec | None, bool]:
    """The spec without fields that are invalid, and whether there are none. None: its kind is unknown."""
    kind = app["kind"].text_or(DEFAULT_KIND)
    if kind is None or kind not in KINDS:
        return None, False
    model, depth = KINDS[kind], len(app.path)
    rejected = {path[depth] for path in app.invalid if path[:depth] == app.path and len(path) > depth}
    data = {name: value.node.to_data() for name, value in app.items() if name not in rejected}
    required = _required(model)
    complete = rejected <= set(required) and not _has_outputs(app.node)
    try:
        return model.model_validate_json(json.dumps({**required, **data}), context=WITHOUT_RULES), complete
    except ValidationError:
        return None, False


def _required(model: type[AppSpec]) -> dict[str, Any]:
    """The required fields with values of the model's example, in place of those that are invalid or absent."""
    extra = model.model_config.get("json_schema_extra")
    assert isinstance(extra, dict)
    examples: Any = extra["examples"]
    return {name: examples[0][name] for name, field in model.model_fields.items() if field.is_required()}


def _has_outputs(node: SourceNode) -> bool:
    if isinstance(node.value, dict | list):
        children = node.value.values() if isinstance(node.value, dict) else node.value
        return any(map(_has_outputs, children))
    return isinstance(node.value, Opaque)
