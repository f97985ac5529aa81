"""The revisions of an app that its cluster keeps, and how the page goes back to one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from anykube._workloads.app import AppSpec
from anykube.settings import pages
from anykube.settings.loader import load
from anykube.settings.model import StackSettings
from anykube.settings.problems import SettingsError
from anykube.settings.revisions import ANNOTATION, of_pods
from rich.table import Table
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import walk_tree

from anykube_cli.cluster_api import CONTROLLER_REVISIONS, REPLICA_SETS, ClusterApi

Json = dict[str, Any]


class RevisionError(Exception):
    """There is no such revision, or the page cannot go back to it."""


@dataclass(frozen=True)
class Revision:
    """What a Deployment, StatefulSet or DaemonSet was, or is."""

    number: int
    made: datetime
    template: Mapping[str, Any]
    """Its pod template, as the API server has it."""
    settings: Json | None
    """What the page said of its pods; None where the cluster was not told."""

    @property
    def images(self) -> list[str]:
        """The images of its containers."""
        return [container["image"] for container in self.template["spec"]["containers"]]


def revisions(kubeconfig: str, page: StackSettings, app: str) -> list[Revision]:
    """Those of an app of the page, the present one first. Raises RevisionError, UnreachableError."""
    spec = _app(page, app)
    name, namespace = (spec.renamed_from or (app,))[0], spec.namespace or page.namespace
    labels = {"app.kubernetes.io/name": name}
    with ClusterApi(kubeconfig) as api:
        replica_sets = api.items(REPLICA_SETS, namespace=namespace, labels=labels)
        controller_revisions = api.items(CONTROLLER_REVISIONS, namespace=namespace, labels=labels)
    of_sets = [
        _revision(one, one["metadata"]["annotations"]["deployment.kubernetes.io/revision"], one["spec"]["template"])
        for one in replica_sets
    ]
    others = [_revision(one, one["revision"], one["data"]["spec"]["template"]) for one in controller_revisions]
    found = sorted((*of_sets, *others), key=lambda revision: -revision.number)
    if not found:
        raise RevisionError(f"the cluster has no revision of {app}: only kinds whose pods are rolled out have some")
    return found


def chosen(found: Sequence[Revision], number: int | None) -> Revision:
    """The revision of that number; None: the one before the present. Raises RevisionError."""
    earlier = found[1:]
    wanted = earlier[:1] if number is None else [revision for revision in earlier if revision.number == number]
    if not wanted:
        there = ", ".join(str(revision.number) for revision in earlier) or "none"
        asked = "" if number is None else f" {number}"
        raise RevisionError(f"there is no earlier revision{asked}: the cluster keeps {there}")
    [revision] = wanted
    if revision.settings is None:
        raise RevisionError(
            f"the settings of revision {revision.number} are not known: take them from the history of git"
        )
    return revision


def table(found: Sequence[Revision]) -> Table:
    """The revisions, for a person: what in their settings differs from the present ones."""
    shown = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("revision", "made", "images", "other settings than now"):
        shown.add_column(column, no_wrap=column == "images")
    now = found[0].settings
    for revision in found:
        differing = (
            sorted(_differing(now, revision.settings)) if now is not None and revision.settings is not None else None
        )
        shown.add_row(
            f"{revision.number}{' (now)' if revision is found[0] else ''}",
            f"{revision.made:%Y-%m-%d %H:%M:%S}",
            ", ".join(revision.images),
            "not known" if differing is None else ", ".join(differing) or "—",
        )
    return shown


def go_back(stack: str, app: str, settings: Json, folder: Path = pages.ENVIRONMENTS) -> list[str]:
    """Has the stack's page say of the app's pods what it said then, and returns the settings that it changed.

    The rest of the page, and its comments, stay as they are. Raises RevisionError, and the page is as it was.
    """
    file, yaml = folder / f"{stack}.yaml", YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    before = file.read_text()
    document = yaml.load(before)
    spec = _app(load(stack, folder), app)
    differing = sorted(_differing(of_pods(spec), settings))
    around = {
        key: value
        for key, value in spec.model_dump(mode="json", exclude_unset=True).items()
        if key not in of_pods(spec)
    }
    own = _over(_inherited(document.get("extends"), app, folder), {**around, **settings})
    walk_tree(own)
    apps = document.setdefault("apps", {})
    apps[app] = _written(apps.get(app), own)
    with file.open("w") as out:
        yaml.dump(document, out)
    try:
        if of_pods(_app(load(stack, folder), app)) == settings:
            return differing
        why = "it says something else then"
    except SettingsError as wrong:
        why = str(wrong)
    file.write_text(before)
    raise RevisionError(f"{file.name} cannot go back to these settings of {app}: {why}")


def _app(page: StackSettings, app: str) -> AppSpec:
    if app not in page.apps:
        raise RevisionError(f"the page has no app {app}: it has {', '.join(sorted(page.apps)) or 'none'}")
    return page.apps[app]


def _revision(item: Json, number: str | int, template: Json) -> Revision:
    said = item["metadata"].get("annotations", {}).get(ANNOTATION)
    return Revision(
        int(number),
        datetime.fromisoformat(item["metadata"]["creationTimestamp"]),
        template,
        json.loads(said) if said else None,
    )


def _differing(one: Json, other: Json) -> set[str]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _inherited(parent: object, app: str, folder: Path) -> Json:
    if not isinstance(parent, str):
        return {}
    merged, _ = pages.read(parent, folder)
    content: Any = merged.plain()
    found: Json = (content.get("apps") or {}).get(app) or {}
    return found


def _over(base: Json, wanted: Json) -> Json:
    """What a page says so that, merged with what it inherits, it comes to what is wanted."""
    own: Json = {key: None for key in base if key not in wanted}
    for key, value in wanted.items():
        if key not in base:
            own[key] = value
        elif isinstance(value, dict) and isinstance(base[key], dict):
            if below := _over(base[key], value):
                own[key] = below
        elif value != base[key]:
            own[key] = value
    return own


def _written(there: Any, wanted: Json) -> Any:
    """The wanted mapping, in the place of the one that is there, whose comments and order stay."""
    if not isinstance(there, dict):
        return wanted
    for key in [key for key in there if key not in wanted]:
        del there[key]
    for key, value in wanted.items():
        if key not in there or there[key] != value:
            there[key] = _written(there.get(key), value) if isinstance(value, dict) else value
    return there
