"""Writes the settings of all apps."""

from collections.abc import Sequence

from anykube_cli.importing import paths, tables
from anykube_cli.importing.draft import AppDraft, Draft
from anykube_cli.importing.grouping import AppGroup, Grouped
from anykube_cli.importing.objects import KubernetesObject
from anykube_cli.importing.pods import convert_pod
from anykube_cli.importing.references import References
from anykube_cli.importing.routes import convert_routes
from anykube_cli.importing.services import convert_scaling, convert_service


def write_settings(grouped: Grouped, cluster: str) -> tuple[Draft, References]:
    """Settings of a stack that deploys to the cluster of the stack `cluster`."""
    draft = Draft({"cluster": {"stack": cluster}})
    namespaces = [app.namespace for app in (_source(group) for group in grouped.apps)]
    common = _most_frequent([name for name in namespaces if name])
    if common:
        draft.data["namespace"] = common
    draft.data["apps"] = {}
    references = References(grouped, draft)
    for group in grouped.apps:
        app = draft.app(group.name)
        namespace = _source(group).namespace
        if namespace and namespace != common:
            app.set("namespace", namespace, (_source(group), ("metadata", "namespace")))
        _write_app(group, app, references)
    return draft, references


def _source(group: AppGroup) -> KubernetesObject:
    source = group.workload or group.service
    assert source
    return source


def _most_frequent(names: Sequence[str]) -> str | None:
    return max(names, key=names.count) if names else None


def _write_app(group: AppGroup, app: AppDraft, references: References) -> None:
    if group.kind != "web":
        app.set("kind", group.kind)
    if group.workload is None:
        host = paths.get(_source(group).data, "spec.externalName")
        app.set("host", host, (_source(group), ("spec", "externalName")))
        return
    workload = group.workload
    tables.convert(tables.WORKLOADS[workload.kind], workload, (), app)
    if workload.kind in ("Job", "CronJob"):
        base: paths.Path = ("spec",) if workload.kind == "Job" else ("spec", "jobTemplate", "spec")
        tables.convert(tables.JOB, workload, base, app)
    convert_service(group, app)
    convert_pod(group, workload, app, references)
    convert_scaling(group, app)
    convert_routes(group, app, references.grouped)
