"""The revisions of an app in its cluster, and the return of its settings to one of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from anykube._workloads.app import AppSpec
from anykube.settings import files
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import SettingsError
from anykube.settings.revisions import ANNOTATION, pod_settings
from rich.table import Table
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import walk_tree

from anykube_cli.cluster_api import CONTROLLER_REVISIONS, REPLICA_SETS, ClusterApi

Json = dict[str, Any]


class RevisionError(Exception):
    """There is no such revision, or its settings cannot be restored."""


@dataclass(frozen=True)
class Revision:
    """A current or earlier revision of a Deployment, StatefulSet or DaemonSet."""

    number: int
    created: datetime
    template: Mapping[str, Any]
    """The pod template, as the API server returns it."""
    settings: Json | None
    """The app's settings that concern its pods; None if the cluster has no record of them."""

    @property
    def images(self) -> list[str]:
        """The images of the containers."""
        return [container["image"] for container in self.template["spec"]["containers"]]


def revisions(kubeconfig: str, settings: StackSettings, app: str) -> list[Revision]:
    """The revisions of an app, the current one first. Raises RevisionError, UnreachableError."""
    spec = _app(settings, app)
    name, namespace = (spec.renamed_from or (app,))[0], spec.namespace or settings.namespace
    labels = {"app.kubernetes.io/name": name}
    with ClusterApi(kubeconfig) as api:
        replica_sets = api.items(REPLICA_SETS, namespace=namespace, labels=labels)
        controller_revisions = api.items(CONTROLLER_REVISIONS, namespace=namespace, labels=labels)
    deployment_revisions = [
        _revision(item, item["metadata"]["annotations"]["deployment.kubernetes.io/revision"], item["spec"]["template"])
        for item in replica_sets
    ]
    other_revisions = [
        _revision(item, item["revision"], item["data"]["spec"]["template"]) for item in controller_revisions
    ]
    result = sorted((*deployment_revisions, *other_revisions), key=lambda revision: -revision.number)
    if not result:
        raise RevisionError(
            f"the cluster has no revisions of {app}. Only Deployments, StatefulSets and DaemonSets have revisions"
        )
    return result


def select(revisions: Sequence[Revision], number: int | None) -> Revision:
    """The earlier revision with this number; None: the previous one. Raises RevisionError."""
    earlier = revisions[1:]
    matches = earlier[:1] if number is None else [revision for revision in earlier if revision.number == number]
    if not matches:
        numbers = ", ".join(str(revision.number) for revision in earlier) or "none"
        name = "" if number is None else f" {number}"
        raise RevisionError(f"there is no earlier revision{name}. The cluster keeps {numbers}")
    [revision] = matches
    if revision.settings is None:
        raise RevisionError(
            f"the settings of revision {revision.number} are not known. Restore them from the Git history"
        )
    return revision


def table(revisions: Sequence[Revision]) -> Table:
    """The revisions as a table, with the names of the settings that differ from the current ones."""
    result = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in ("revision", "created", "images", "differs in"):
        result.add_column(column, no_wrap=column == "images")
    current = revisions[0].settings
    for revision in revisions:
        differing = (
            sorted(_differing(current, revision.settings))
            if current is not None and revision.settings is not None
            else None
        )
        result.add_row(
            f"{revision.number}{' (current)' if revision is revisions[0] else ''}",
            f"{revision.created:%Y-%m-%d %H:%M:%S}",
            ", ".join(revision.images),
            "not known" if differing is None else ", ".join(differing) or "—",
        )
    return result


def restore_settings(stack: str, app: str, settings: Json, folder: Path = files.ENVIRONMENTS) -> list[str]:
    """Writes an app's earlier settings to the stack's settings file, and returns the names of the changed settings.

    Keeps the rest of the file and its comments. Raises RevisionError, and leaves the file as it was, if the result
    would be invalid.
    """
    file, yaml = folder / f"{stack}.yaml", YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    before = file.read_text()
    document = yaml.load(before)
    spec = _app(load(stack, folder), app)
    settings = _with_present_claims(settings, pod_settings(spec))
    differing = sorted(_differing(pod_settings(spec), settings))
    unchanged = {
        key: value
        for key, value in spec.model_dump(mode="json", exclude_unset=True).items()
        if key not in pod_settings(spec)
    }
    override = _override(_inherited(document.get("extends"), app, folder), {**unchanged, **settings})
    walk_tree(override)
    apps = document.setdefault("apps", {})
    apps[app] = _update(apps.get(app), override)
    with file.open("w") as out:
        yaml.dump(document, out)
    try:
        if pod_settings(_app(load(stack, folder), app)) == settings:
            return differing
        reason = "the effective settings would differ from them"
    except SettingsError as error:
        reason = str(error)
    file.write_text(before)
    raise RevisionError(f"cannot restore the settings of {app} in {file.name}: {reason}")


def _app(settings: StackSettings, app: str) -> AppSpec:
    if app not in settings.apps:
        apps = ", ".join(sorted(settings.apps)) or "none"
        raise RevisionError(f"there is no app {app} in the settings. Its apps: {apps}")
    return settings.apps[app]


def _revision(item: Json, number: str | int, template: Json) -> Revision:
    annotation = item["metadata"].get("annotations", {}).get(ANNOTATION)
    return Revision(
        int(number),
        datetime.fromisoformat(item["metadata"]["creationTimestamp"]),
        template,
        json.loads(annotation) if annotation else None,
    )


def _differing(first: Json, second: Json) -> set[str]:
    return {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}


_OF_CLAIMS = ("size", "storage_class", "access")
"""Fields of a volume that concern its claim, which has no earlier version: it cannot shrink, for example."""


def _with_present_claims(settings: Json, present: Json) -> Json:
    """The settings with the claims that the app has now."""
    volumes = settings.get("volumes") or {}
    claims = {
        name: {
            **{key: value for key, value in volume.items() if key not in _OF_CLAIMS},
            **{key: value for key, value in present["volumes"][name].items() if key in _OF_CLAIMS},
        }
        for name, volume in volumes.items()
        if volume.get("type") == "claim" == (present.get("volumes") or {}).get(name, {}).get("type")
    }
    return {**settings, "volumes": {**volumes, **claims}} if claims else settings


def _inherited(parent: object, app: str, folder: Path) -> Json:
    if not isinstance(parent, str):
        return {}
    merged, _ = files.read(parent, folder)
    content: Any = merged.to_data()
    app_settings: Json = (content.get("apps") or {}).get(app) or {}
    return app_settings


def _override(base: Json, target: Json) -> Json:
    """The mapping that, merged over the inherited `base`, gives `target`."""
    override: Json = {key: None for key in base if key not in target}
    for key, value in target.items():
        if key not in base:
            override[key] = value
        elif isinstance(value, dict) and isinstance(base[key], dict):
            if nested := _override(base[key], value):
                override[key] = nested
        elif value != base[key]:
            override[key] = value
    return override


def _update(mapping: Any, target: Json) -> Any:
    """Changes a mapping of a YAML document to `target`, and keeps its comments and order."""
    if not isinstance(mapping, dict):
        return target
    for key in [key for key in mapping if key not in target]:
        del mapping[key]
    for key, value in target.items():
        if key not in mapping or mapping[key] != value:
            mapping[key] = _update(mapping.get(key), value) if isinstance(value, dict) else value
    return mapping
