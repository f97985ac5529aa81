"""What commands print with --json. docs/reference/json-output.md lists the keys, which stay; new ones may be added."""

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from anykube._rules.findings import dotted
from anykube.settings.effective import Difference, Setting
from anykube.settings.policies import Policies

from anykube_cli.assessment import Assessment
from anykube_cli.guards import Danger
from anykube_cli.live import Picture
from anykube_cli.locks import Lock
from anykube_cli.policies import Violation
from anykube_cli.preflight import PreflightResult
from anykube_cli.revisions import Revision
from anykube_cli.toolchain.finder import InstalledTool
from anykube_cli.toolchain.tools import Tool

Json = dict[str, Any]


def write(document: Json | list[Json]) -> None:
    """Prints a document to standard output."""
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def show(stack: str, cluster: Picture | None) -> Json:
    """The cluster of a stack; None where it has none yet."""
    picture = cluster or Picture()
    return {
        "stack": stack,
        "cluster": cluster is not None,
        "nodes": [{**dataclasses.asdict(node), "taints": list(node.taints)} for node in picture.nodes],
        "apps": _apps(picture),
        "pods": [dataclasses.asdict(pod) for pod in picture.pods],
        "routes": [dataclasses.asdict(path) for path in picture.paths],
    }


def history(revisions: Sequence[Revision]) -> list[Json]:
    """The revisions of an app, the present one first."""
    return [
        {
            "revision": revision.number,
            "current": index == 0,
            "created": revision.made.isoformat(),
            "images": revision.images,
            "settings": revision.settings,
        }
        for index, revision in enumerate(revisions)
    ]


def preflight(stack: str, answer: PreflightResult) -> Json:
    """What an account says of a stack."""
    return {
        "stack": stack,
        "passed": not answer.errors,
        "facts": dict(answer.facts),
        "problems": [
            {"severity": one.severity, "subject": one.subject, "problem": one.message, "remedy": one.remedy}
            for one in answer.problems
        ],
        "unknown": list(answer.skipped),
    }


def policy(stack: str, violations: Sequence[Violation], settings: Policies) -> Json:
    """What the policy pack says of a stack."""
    return {
        "stack": stack,
        "profile": settings.profile,
        "passed": not any(violation.stops for violation in violations),
        "violations": _violations(violations),
        "waivers": [waiver.model_dump(mode="json") for waiver in settings.waivers],
    }


def preview(stack: str, assessment: Assessment, violations: Sequence[Violation], *, guard_stops: bool) -> Json:
    """What `up` would change."""
    return {
        "stack": stack,
        "passed": not assessment.code and not guard_stops,
        "error": assessment.said or None,
        "changes": dict(Counter(step["op"] for step in assessment.steps)),
        "steps": [{"op": step["op"], "urn": step["urn"]} for step in assessment.steps if step["op"] != "same"],
        "violations": _violations(violations),
        "guard": {"stops": guard_stops, "dangers": [_danger(danger) for danger in assessment.dangers]},
    }


def settings(values: Iterable[Setting]) -> list[Json]:
    """Effective settings."""
    return [{"path": dotted(one.path), "value": one.value, "origin": one.origin} for one in values]


def differences(stack: str, other: str, differing: Iterable[Difference]) -> list[Json]:
    """How two stacks differ; null where one has no value."""
    return [{"path": path, stack: _side(one), other: _side(its)} for path, one, its in differing]


def locks(stack: str, held: Sequence[Lock]) -> Json:
    """Who holds a stack."""
    return {"stack": stack, "locks": [_lock(lock) for lock in held]}


def toolchain(rows: Iterable[tuple[Tool, InstalledTool | None]]) -> list[Json]:
    """The programs that Anykube runs; nulls where one is not here yet."""
    return [
        {
            "name": part.name,
            "version": part.version,
            "origin": found.origin if found else None,
            "folder": str(found.folder) if found else None,
        }
        for part, found in rows
    ]


def _apps(picture: Picture) -> list[Json]:
    ready = Counter((pod.namespace, pod.app) for pod in picture.pods if pod.ready)
    pods = Counter((pod.namespace, pod.app) for pod in picture.pods)
    return [
        {
            "namespace": namespace,
            "app": app,
            "ready": ready[namespace, app],
            "replicas": picture.wanted.get((namespace, app), pods[namespace, app]),
        }
        for namespace, app in sorted(pods.keys() | picture.wanted.keys())
    ]


def _violations(violations: Sequence[Violation]) -> list[Json]:
    return [
        {
            "rule": violation.rule,
            "urn": violation.urn,
            "stops": violation.stops,
            "known": not violation.is_unjudged,
            "message": violation.what,
        }
        for violation in violations
    ]


def _danger(danger: Danger) -> Json:
    return {
        "name": danger.name,
        "urn": danger.urn,
        "effect": danger.end,
        "fields": [field.path for field in danger.fields],
        "protected": danger.is_protected,
    }


def _side(setting: Setting | None) -> Json | None:
    return {"value": setting.value, "origin": setting.origin} if setting else None


def _lock(lock: Lock) -> Json:
    holder = lock.holder
    return {
        "id": lock.id,
        "user": holder.user if holder else None,
        "host": holder.host if holder else None,
        "pid": holder.pid if holder else None,
        "since": datetime.fromtimestamp(holder.since).astimezone().isoformat() if holder else None,
        "gone": lock.gone,
    }
