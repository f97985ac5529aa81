"""Pairs the objects of the input with rendered ones, and judges what a plain comparison of fields cannot."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anykube._workloads.namespace import namespace_manifest

from anykube_cli.importing import knowledge, paths
from anykube_cli.importing.aligning import align_rendered, align_service, align_workload
from anykube_cli.importing.comparison import Entry, Judge, Pair, Status, equal, known_change
from anykube_cli.importing.draft import Draft
from anykube_cli.importing.fitting import Fitted
from anykube_cli.importing.grouping import REFERENCED, AppGroup, Grouped, selected
from anykube_cli.importing.names import is_secret
from anykube_cli.importing.objects import POD_TEMPLATES, KubernetesObject
from anykube_cli.importing.paths import MISSING, Path
from anykube_cli.importing.pods import mounted_files
from anykube_cli.importing.probes import startup_seconds
from anykube_cli.importing.references import References
from anykube_cli.importing.rendering import SECRET, render

_WORKLOADS = {
    "Deployment": "deployment",
    "StatefulSet": "stateful-set",
    "DaemonSet": "daemon-set",
    "Job": "job",
    "CronJob": "cron-job",
}


_SECOND_SERVICE = "an app has one Service: add it to `manifests`, or import with --patches"


@dataclass
class Judgement:
    """Compares the input with the rendered settings."""

    grouped: Grouped
    draft: Draft
    references: References
    fitted: Fitted
    complete: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """Adds defaults to a rendered object."""

    @functools.cached_property
    def rendered(self) -> Mapping[str, Mapping[str, Any]]:
        """The rendered objects of each app by suffix."""
        apps = (group.name for group in self.grouped.apps if group.name not in self.draft.dropped)
        return {
            name: {suffix: self.complete(manifest) for suffix, manifest in render(self.fitted.settings, name).items()}
            for name in apps
        }

    def entries(self) -> Iterator[Entry]:
        for _, pair in self.pairs():
            yield from pair.entries()
            yield from pair.additions()
        yield from self.whole_objects()
        for item in self.grouped.objects:
            if item.kind in REFERENCED:
                yield from self._referenced(item)

    def pairs(self) -> Iterator[tuple[AppGroup, Pair]]:
        """The objects of the apps with the rendered objects."""
        for group in self.grouped.apps:
            if rendered := self.rendered.get(group.name):
                yield from ((group, pair) for pair in self._pairs(group, rendered))

    def whole_objects(self) -> Iterator[Entry]:
        """Objects that the settings express as a whole or not at all."""
        for group in self.grouped.apps:
            if reason := self.draft.dropped.get(group.name):
                yield from (_whole(item, reason) for item in group.objects())
            else:
                yield from (self._object(service, _SECOND_SERVICE) for service in group.other_services)
        for item in self.grouped.stray:
            if item.kind == "Namespace" and item.name == self.fitted.settings.namespace:
                manifest = json.loads(json.dumps(namespace_manifest(item.name)))
                yield from Pair(item, item.data, manifest).entries()
                continue
            yield self._object(item, knowledge.ADVICE.get(item.kind, knowledge.OTHER_ADVICE))

    def _object(self, item: KubernetesObject, reason: str) -> Entry:
        app = self.draft.manifests.get(id(item))
        if app is None:
            return _whole(item, reason)
        return Entry(Status.SAME, item, (), item.title, item.title, f"in `manifests` of {app}")

    def _pairs(self, group: AppGroup, rendered: Mapping[str, Any]) -> Iterator[Pair]:
        workload = group.workload
        if workload is None:
            assert group.service
            yield self._pair(group.service, group.service.data, rendered["service"])
            return
        pod = AppPod(self, group, workload, rendered)
        yield self._pair(workload, align_workload(group, workload), align_rendered(pod.workload_manifest), pod.judges())
        for service, suffix in ((group.service, "service"), (group.headless, "headless")):
            if service and suffix in rendered:
                result = align_service(rendered[suffix], pod.rendered)
                judges = [
                    ("spec.selector.**", _selector_judge(self.grouped, group, service)),
                    ("metadata.labels.**", pod.label),
                ]
                yield self._pair(service, align_service(service.data, workload.pod), result, judges)
        simple = ((group.autoscaler, "autoscaler"), (group.budget, "budget"), (group.account, "service-account"))
        for item, suffix in simple:
            if item:
                manifest = rendered.get(suffix, {})
                judges = [("spec.minAvailable", _least_judge), ("metadata.labels.**", pod.label)]
                yield self._pair(item, item.data, manifest, judges)
        for item in group.routes:
            yield self._pair(item, item.data, rendered.get("ingress", {}), _route_judges(self, group, pod))

    def _pair(
        self,
        item: KubernetesObject,
        aligned: Mapping[str, Any],
        rendered: Mapping[str, Any],
        judges: Sequence[tuple[str, Judge]] = (),
    ) -> Pair:
        return Pair(item, aligned, rendered, judges, self.reasons(item))

    def reasons(self, item: KubernetesObject) -> dict[Path, str]:
        """Why the rules refuse settings that come from fields of the object, the most specific first."""
        reasons: dict[Path, str] = {}
        for setting, message in self.draft.refusals:
            for path, origins in self.draft.origins.items():
                shorter = min(len(path), len(setting))
                if path[:shorter] == setting[:shorter]:
                    reasons |= {origin: message for source, origin in origins if source is item}
        return dict(sorted(reasons.items(), key=lambda entry: -len(entry[0])))

    def _referenced(self, item: KubernetesObject) -> Iterator[Entry]:
        if item.kind == "PersistentVolumeClaim":
            yield from self._claim(item)
            return
        expressed = self.expressed_keys(item)
        for path, value in item.leaves():
            if path[0] in ("data", "stringData") and len(path) == 2:
                shown = "(secret)" if item.kind == "Secret" else value
                advice = "no app of the settings uses this key"
                if path[1] in expressed:
                    yield Entry(Status.SAME, item, path, shown, shown)
                else:
                    yield Entry(Status.NOT_EXPRESSED, item, path, shown, MISSING, advice)
            else:
                shown = "(secret)" if item.kind == "Secret" and path[0] == "binaryData" else value
                yield self._data_field(item, path, shown)

    def _data_field(self, item: KubernetesObject, path: Path, value: Any) -> Entry:
        rendered = "v1" if path == ("apiVersion",) else MISSING
        pair = Pair(item, item.data, {}, (), {})
        if path == ("immutable",):
            return pair.entry(Status.CHANGED, path, value, True, "Anykube's ConfigMaps are immutable")
        if equal(path, value, rendered) or (path == ("type",) and value == "Opaque"):
            return pair.entry(Status.SAME, path, value, value)
        is_identity = path[0] == "metadata" and path[1] in ("name", "namespace", "labels")
        note = "the values become part of the app" if is_identity else known_change(path)
        return pair.entry(Status.CHANGED, path, value, MISSING, note) if note else pair.not_expressed(path, value)

    def expressed_keys(self, item: KubernetesObject) -> set[str]:
        """The keys of a ConfigMap or Secret whose values the rendered pods use."""
        keys: set[str] = set()
        for group in self.grouped.apps:
            workload = group.workload
            if workload and workload.namespace == item.namespace and group.name in self.rendered:
                keys |= AppPod(self, group, workload, self.rendered[group.name]).used_keys(item)
        return keys

    def _claim(self, item: KubernetesObject) -> Iterator[Entry]:
        app, volume = self.references.claims.get(id(item), ("", ""))
        manifest = self.rendered.get(app, {}).get(f"claim-{volume}")
        if manifest is None:
            yield _whole(item, knowledge.ADVICE[item.kind])
            return
        pair = self._pair(item, item.data, manifest)
        yield from pair.entries()
        yield from pair.additions()


def _whole(item: KubernetesObject, reason: str) -> Entry:
    return Entry(Status.NOT_EXPRESSED, item, (), item.title, MISSING, reason)


def _selector_judge(grouped: Grouped, group: AppGroup, service: KubernetesObject) -> Judge:
    selector = paths.mapping(service.data, "spec.selector")
    others = [other for other in selected(grouped.apps, selector, service.namespace) if other is not group]

    def judge(pair: Pair, path: Path, value: Any) -> Entry | None:
        if not others:
            return None
        names = ", ".join(other.workload.name for other in others if other.workload)
        note = f"it also selects the pods of {names}: use routes with `split`, or `next`"
        return pair.entry(Status.NOT_EXPRESSED, path, value, MISSING, note)

    return judge


def _least_judge(pair: Pair, path: Path, value: Any) -> Entry | None:
    most = paths.get(pair.rendered, "spec.maxUnavailable")
    if most is MISSING or pair.reasons:
        return None
    return pair.entry(Status.CHANGED, path, value, MISSING, f"with these replicas it is maxUnavailable: {most}")


@dataclass
class AppPod:
    """The pods of an app: as in the input, and as rendered."""

    judgement: Judgement
    group: AppGroup
    workload: KubernetesObject
    manifests: Mapping[str, Any]

    @property
    def workload_manifest(self) -> Mapping[str, Any]:
        manifest: Mapping[str, Any] = self.manifests[_WORKLOADS[self.workload.kind]]
        return manifest

    @property
    def rendered(self) -> Mapping[str, Any]:
        """The rendered pod spec."""
        return paths.mapping(self.workload_manifest, (*POD_TEMPLATES[self.workload.kind], "spec"))

    @property
    def settings(self) -> Mapping[str, Any]:
        return paths.mapping(self.judgement.draft.data, ("apps", self.group.name))

    def judges(self) -> list[tuple[str, Judge]]:
        """The judges of fields of the workload."""
        return [
            ("**.env.*.**", self._variable),
            ("**.envFrom.*.**", self._variables),
            ("**.volumes.*.**", self._volume),
            ("**.volumeMounts.*.**", self._mount),
            ("**.livenessProbe.*", self._delay),
            ("**.readinessProbe.initialDelaySeconds", self._delay),
            ("**.startupProbe.*", self._delay),
            ("**.terminationGracePeriodSeconds", self._grace),
            ("**.securityContext.fsGroup", self._group),
            ("**.tolerations.*.**", self._toleration),
            ("**.spec.restartPolicy", self._restart),
            ("metadata.labels.**", self.label),
            ("**.template.metadata.labels.**", self.label),
            ("spec.jobTemplate.metadata.labels.**", self.label),
        ]

    def _container(self, pair: Pair, path: Path) -> tuple[Path, Mapping[str, Any], Mapping[str, Any]]:
        """The path of the container around a field, the container, and the rendered one."""
        depth = next(index for index, step in enumerate(path) if step in ("containers", "initContainers")) + 2
        container = paths.mapping(self.workload.data, path[:depth])
        rendered = pair.rendered_at(path[:depth])
        return path[:depth], container, rendered if isinstance(rendered, Mapping) else {}

    def _result(self, pair: Pair, path: Path, value: Any, *, same: bool) -> Entry:
        return pair.entry(Status.SAME, path, value, value) if same else pair.not_expressed(path, value)

    def label(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        selectors = [paths.mapping(self.workload.data, "spec.selector.matchLabels")]
        selectors += [paths.mapping(item.data, "spec.selector") for item in self.group.objects()]
        if any(path[-1] in selector for selector in selectors):
            note = "Anykube selects pods by app.kubernetes.io/name"
            return pair.entry(Status.CHANGED, path, value, MISSING, note)
        return None

    # Variables

    def effective(self, container: Mapping[str, Any], *, rendered: bool) -> dict[str, Any]:
        """The variables of a container by name: text, or the source of the value."""
        result: dict[str, Any] = {}
        for source in paths.elements(container, "envFrom"):
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                item = self._find(kind, paths.get(source, f"{field}.name"))
                for key, text in (item.content() if item else {}).items():
                    result[f"{source.get('prefix', '')}{key}"] = text
        for variable in paths.elements(container, "env"):
            result[str(variable.get("name"))] = self._value(variable, rendered=rendered)
        return result

    def _find(self, kind: str, name: object) -> KubernetesObject | None:
        return self.judgement.grouped.find(kind, name, self.workload.namespace)

    def _value(self, variable: Mapping[str, Any], *, rendered: bool) -> Any:
        source = paths.mapping(variable, "valueFrom")
        if not source:
            value = variable.get("value")
            return "" if value is None else str(value)
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            if reference := paths.mapping(source, field):
                name, key = reference.get("name"), str(reference.get("key"))
                if rendered and name == f"{self.group.name}-env":
                    return self._secret(key)
                if not rendered and (item := self._find(kind, name)):
                    return item.content().get(key, MISSING)
                return (kind, name, key, bool(reference.get("optional")))
        if reference := paths.mapping(source, "fieldRef"):
            return ("field", reference.get("fieldPath"))
        reference = paths.mapping(source, "resourceFieldRef")
        divisor = reference.get("divisor", "0")
        return ("resource", reference.get("resource"), str(divisor), self._foreign(reference)) if reference else source

    def _foreign(self, reference: Mapping[str, Any]) -> object:
        return reference.get("containerName")

    def _secret(self, key: str) -> Any:
        """The value of a secret in the app's Secret of variables."""
        container, _, name = key.rpartition(".")
        settings: Any = self.settings
        for candidate in (*settings.get("containers", ()), *settings.get("init_containers", ())):
            if container and candidate["name"] == container:
                settings, key = candidate, name
        reference = paths.get(settings, ("env", key, "secret"))
        return self.judgement.draft.secrets.get(reference, MISSING)

    def _variable(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        base, container, rendered = self._container(pair, path)
        name = str(paths.get(container, ("env", path[len(base) + 1], "name")))
        before = self.effective({"env": [container["env"][path[len(base) + 1]]]}, rendered=False)
        after = self.effective(rendered, rendered=True)
        same = before[name] is not MISSING and before[name] == after.get(name, MISSING)
        if path[-1] == "value" and is_secret(name, str(value)):
            value = SECRET
        return self._result(pair, path, value, same=same)

    def _variables(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        base, container, rendered = self._container(pair, path)
        source = container["envFrom"][path[len(base) + 1]]
        before = self.effective({"envFrom": [source]}, rendered=False)
        final = self.effective(container, rendered=False)
        after = self.effective(rendered, rendered=True)
        exists = any(
            self._find(kind, paths.get(source, f"{field}.name"))
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef"))
        )
        same = exists and all(after.get(name, MISSING) == final[name] for name in before)
        return self._result(pair, path, value, same=same)

    # Volumes

    def _files(self, container: Mapping[str, Any], rendered: Mapping[str, Any]) -> Iterator[tuple[int, bool, Any, str]]:
        """The files of a container: the index of the mount, whether the rendered container has it, object and key."""
        mounts = {mount["mountPath"] for mount in paths.elements(rendered, "volumeMounts") if mount.get("subPath")}
        settings: Any = self.settings
        if rendered.get("name") != self.group.name:
            named = (*settings.get("containers", ()), *settings.get("init_containers", ()))
            settings = next((item for item in named if item["name"] == rendered.get("name")), {})
        for index, file, item, key in mounted_files(self.judgement.references, self.workload, container):
            content = paths.get(settings, ("files", file))
            if isinstance(content, Mapping):
                content = self.judgement.draft.secrets.get(content["secret"])
            yield index, file in mounts and content == item.content()[key], item, key

    def _containers(self, pair: Pair) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        base = (*POD_TEMPLATES[self.workload.kind], "spec")
        for field in ("containers", "initContainers"):
            for index, container in enumerate(paths.elements(self.workload.pod, field)):
                rendered = pair.rendered_at((*base, field, index))
                yield container, rendered if isinstance(rendered, Mapping) else {}

    def _volume(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        depth = path.index("volumes") + 2
        volume = paths.mapping(self.workload.data, path[:depth])
        if "emptyDir" in volume or not set(volume) & {"configMap", "secret", "projected", "persistentVolumeClaim"}:
            return None
        if "persistentVolumeClaim" in volume:
            templates = paths.elements(self.workload.data, "spec.volumeClaimTemplates")
            if any(paths.get(template, "metadata.name") == volume.get("name") for template in templates):
                note = "the claim template of this name precedes it"
                return pair.entry(Status.CHANGED, path, value, MISSING, note)
            return self._claim(pair, path, value, path[:depth])
        if path[-1] in _FILE_FIELDS:
            return self._result(pair, path, value, same=value == _FILE_FIELDS[path[-1]])
        mounts = [
            (ok, mount.get("name"))
            for container, rendered in self._containers(pair)
            for index, ok, _, _ in self._files(container, rendered)
            for mount in [container["volumeMounts"][index]]
            if mount.get("name") == volume.get("name")
        ]
        return self._result(pair, path, value, same=bool(mounts) and all(ok for ok, _ in mounts))

    def _claim(self, pair: Pair, path: Path, value: Any, base: Path) -> Entry | None:
        rendered = paths.get(pair.rendered_at(base), "persistentVolumeClaim.claimName")
        claim = self._find("PersistentVolumeClaim", value) if path[-1] == "claimName" else None
        target = self.judgement.references.claims.get(id(claim)) if claim else None
        if target and rendered == "-".join(target):
            return pair.entry(Status.CHANGED, path, value, rendered, "a claim has the names of its app and volume")
        return None

    def _mount(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        base, container, rendered = self._container(pair, path)
        index = path[len(base) + 1]
        mount = container["volumeMounts"][index]
        volumes = [item for item in paths.elements(self.workload.pod, "volumes") if item["name"] == mount.get("name")]
        if any(kind in volume for volume in volumes for kind in ("configMap", "secret", "projected")):
            states = [ok for number, ok, _, _ in self._files(container, rendered) if number == index]
            if path[-1] == "readOnly" or path[-1] in ("mountPropagation", "recursiveReadOnly"):
                return None if path[-1] != "readOnly" else self._result(pair, path, value, same=all(states))
            return self._result(pair, path, value, same=bool(states) and all(states))
        if pair.rendered_at((*path[: len(base) + 2], "name")) is MISSING:
            return pair.not_expressed(path, value)
        # A mount of another volume at the same path is not the same mount.
        aligned = paths.get(pair.aligned, (*path[: len(base) + 2], "name"))
        if aligned != pair.rendered_at((*path[: len(base) + 2], "name")):
            return pair.not_expressed(path, value, pair.rendered_at(path))
        return None

    def used_keys(self, item: KubernetesObject) -> set[str]:
        """The keys of a ConfigMap or Secret whose values the rendered containers have."""
        pair = Pair(self.workload, align_workload(self.group, self.workload), self.workload_manifest)
        keys: set[str] = set()
        for container, rendered in self._containers(pair):
            keys |= {key for _, ok, source, key in self._files(container, rendered) if ok and source is item}
            after = self.effective(rendered, rendered=True)
            content = item.content()
            for source in paths.elements(container, "envFrom"):
                if item.name in (paths.get(source, "configMapRef.name"), paths.get(source, "secretRef.name")):
                    final = self.effective(container, rendered=False)
                    keys |= {
                        key
                        for key in content
                        if (name := f"{source.get('prefix', '')}{key}") and after.get(name, MISSING) == final[name]
                    }
            for variable in paths.elements(container, "env"):
                for field in ("configMapKeyRef", "secretKeyRef"):
                    reference = paths.mapping(variable, f"valueFrom.{field}")
                    key = str(reference.get("key"))
                    is_used = reference.get("name") == item.name and after.get(variable["name"]) == content.get(key)
                    keys |= {key} if is_used and key in content else set()
        return keys

    # Other fields

    def _delay(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        """Anykube's startup probe replaces delays, and has its own period."""
        if path[-1] not in ("initialDelaySeconds", "periodSeconds", "failureThreshold"):
            return None
        if path[-2] != "startupProbe" and path[-1] != "initialDelaySeconds":
            return None
        _, container, rendered = self._container(pair, path)
        needed = startup_seconds({"startupProbe": container[path[-2]]}) if path[-2] == "startupProbe" else int(value)
        allowed = startup_seconds({"startupProbe": paths.mapping(rendered, "startupProbe")})
        if needed > allowed or equal(path, value, pair.rendered_at(path)):
            return None
        note = f"the startup probe allows {allowed} s"
        return pair.entry(Status.CHANGED, path, value, pair.rendered_at(path), note)

    def _grace(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        rendered = pair.rendered_at(path)
        if rendered == value + 5 and self.settings.get("stop_seconds") in (value, None):
            return pair.entry(Status.CHANGED, path, value, rendered, "five seconds are added to drain connections")
        return None

    def _group(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        """Volumes without a claim are writable for all users."""
        claims = [
            volume for volume in paths.elements(self.workload.pod, "volumes") if "persistentVolumeClaim" in volume
        ]
        if claims or paths.elements(self.workload.data, "spec.volumeClaimTemplates"):
            return None
        return pair.entry(Status.CHANGED, path, value, MISSING, "it has no effect without a claim")

    def _toleration(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        depth = path.index("tolerations") + 2
        return self._result(pair, path, value, same=pair.rendered_at(path[:depth]) is not MISSING)

    def _restart(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        if value == "OnFailure" and pair.rendered_at(path) == "Never":
            note = "the Job creates another pod, and the failed one keeps its logs"
            return pair.entry(Status.CHANGED, path, value, "Never", note)
        return None


_FILE_FIELDS: Mapping[str | int, Any] = {"defaultMode": 0o644, "mode": 0o644, "optional": False}
"""What holds for `files`."""


def _route_judges(judgement: Judgement, group: AppGroup, pod: AppPod) -> list[tuple[str, Judge]]:
    backends = _Routes(judgement, group, pod.manifests)
    return [
        ("spec.rules.*.http.paths.*.backend.**", backends.backend),
        ("spec.rules.*.http.paths.*.pathType", backends.path_type),
        ("spec.tls.*.**", backends.tls),
        ("spec.defaultBackend.**", backends.default),
        ("metadata.annotations.**", backends.annotation),
        ("metadata.labels.**", pod.label),
    ]


@dataclass
class _Routes:
    judgement: Judgement
    group: AppGroup
    rendered: Mapping[str, Any]

    def backend(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        base = path[: path.index("backend") + 1]
        return self._same(pair, path, value, paths.get(pair.item.data, base), pair.rendered_at(base))

    def default(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        rules = paths.elements(pair.rendered, "spec.rules")
        rule: Mapping[str, Any] = next((rule for rule in rules if not rule.get("host")), {})
        rendered: Mapping[str, Any] = next(iter(paths.elements(rule, "http.paths")), {})
        backend = paths.get(rendered, "backend") if rendered.get("path") == "/" else MISSING
        return self._same(pair, path, value, paths.get(pair.item.data, "spec.defaultBackend"), backend)

    def _same(self, pair: Pair, path: Path, value: Any, backend: Any, rendered: Any) -> Entry | None:
        name = paths.get(backend, "service.name")
        app = self.judgement.grouped.by_service(name, pair.item.namespace)
        if not app or not app.service or app.service.name != name or rendered is MISSING:
            return None
        if paths.get(rendered, "service.name") != app.name:
            return None
        ports = paths.elements(app.service.data, "spec.ports")
        before = _number(paths.mapping(backend, "service.port"), ports)
        after = paths.mapping(rendered, "service.port")
        same = before == (ports[0]["port"] if after == {"name": "http"} else after.get("number"))
        if same and path[-1] == "name" and path[-2] == "service" and value != app.name:
            return pair.entry(Status.CHANGED, path, value, app.name, "an app and its objects have one name")
        return pair.entry(Status.SAME, path, value, value) if same else None

    def path_type(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        rendered = pair.rendered_at(path)
        if value == "ImplementationSpecific" and rendered == "Prefix":
            return pair.entry(Status.CHANGED, path, value, rendered, "most controllers treat it as Prefix")
        return None

    def tls(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        entry = paths.mapping(pair.item.data, path[:3])
        hosts = paths.elements(entry, "hosts")
        rendered = {
            host: item.get("secretName")
            for item in paths.elements(pair.rendered, "spec.tls")
            for host in paths.elements(item, "hosts")
        }
        if not hosts or not all(host in rendered for host in hosts):
            return None
        if path[-1] == "secretName" and any(rendered[host] != value for host in hosts):
            if any(
                annotation in pair.rendered.get("metadata", {}).get("annotations", {}) for annotation in _CERT_MANAGER
            ):
                note = "cert-manager writes the certificate of each host into a Secret of its own"
                return pair.entry(Status.CHANGED, path, value, rendered[hosts[0]], note)
            return None
        return pair.entry(Status.SAME, path, value, value)

    def annotation(self, pair: Pair, path: Path, value: Any) -> Entry | None:
        annotations = paths.mapping(pair.rendered, "metadata.annotations")
        return pair.entry(Status.SAME, path, value, value) if annotations.get(str(path[-1])) == value else None


_CERT_MANAGER = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer")


def _number(port: Mapping[str, Any], ports: Sequence[Mapping[str, Any]]) -> Any:
    if "number" in port:
        return port["number"]
    return next((item["port"] for item in ports if item.get("name") == port.get("name")), MISSING)
