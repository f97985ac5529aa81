"""The output of commands with --json. docs/reference/json-output.md lists the keys, which are stable."""

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
from anykube_cli.guards import GuardedChange
from anykube_cli.live import ClusterSnapshot
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


def show(stack: str, cluster: ClusterSnapshot | None) -> Json:
    """The cluster of a stack; None if it has none yet."""
    snapshot = cluster or ClusterSnapshot()
    return {
        "stack": stack,
        "cluster": cluster is not None,
        "nodes": [{**dataclasses.asdict(node), "taints": list(node.taints)} for node in snapshot.nodes],
        "apps": _apps(snapshot),
        "pods": [dataclasses.asdict(pod) for pod in snapshot.pods],
        "routes": [dataclasses.asdict(path) for path in snapshot.routes],
    }


def history(revisions: Sequence[Revision]) -> list[Json]:
    """The revisions of an app, the current one first."""
    return [
        {
            "revision": revision.number,
            "current": index == 0,
            "created": revision.created.isoformat(),
            "images": revision.images,
            "settings": revision.settings,
        }
        for index, revision in enumerate(revisions)
    ]


def preflight(stack: str, result: PreflightResult) -> Json:
    """The result of the checks of a stack's cloud account."""
    return {
        "stack": stack,
        "passed": not result.errors,
        "facts": dict(result.facts),
        "problems": _problems(result),
        "unknown": list(result.skipped),
    }


def policy(stack: str, violations: Sequence[Violation], settings: Policies) -> Json:
    """The result of the policy pack for a stack."""
    return {
        "stack": stack,
        "profile": settings.profile,
        "passed": not any(violation.stops for violation in violations),
        "violations": _violations(violations),
        "waivers": [waiver.model_dump(mode="json") for waiver in settings.waivers],
    }


def preview(
    stack: str,
    assessment: Assessment | None,
    violations: Sequence[Violation],
    *,
    guard_stops: bool,
    objects: PreflightResult,
) -> Json:
    """The changes that `up` would make. None: not previewed, because the API server refuses some of the objects."""
    steps = assessment.steps if assessment else ()
    return {
        "stack": stack,
        "passed": assessment is not None and not assessment.code and not guard_stops,
        "error": (assessment.error or None) if assessment else None,
        "changes": dict(Counter(step["op"] for step in steps)),
        "steps": [{"op": step["op"], "urn": step["urn"]} for step in steps if step["op"] != "same"],
        "violations": _violations(violations),
        "guard": {
            "stops": guard_stops,
            "dangers": [_guarded_change(change) for change in (assessment.guarded_changes if assessment else ())],
        },
        "objects": _problems(objects),
    }


def settings(values: Iterable[Setting]) -> list[Json]:
    """Effective settings."""
    return [{"path": dotted(setting.path), "value": setting.value, "origin": setting.origin} for setting in values]


def differences(stack: str, other: str, differing: Iterable[Difference]) -> list[Json]:
    """The settings in which two stacks differ; null where a stack does not have the setting."""
    return [{"path": path, stack: _value(first), other: _value(second)} for path, first, second in differing]


def locks(stack: str, locks: Sequence[Lock]) -> Json:
    """The locks of a stack."""
    return {"stack": stack, "locks": [_lock(lock) for lock in locks]}


def toolchain(rows: Iterable[tuple[Tool, InstalledTool | None]]) -> list[Json]:
    """The programs that Anykube runs; null for those that are not installed."""
    return [
        {
            "name": tool.name,
            "version": tool.version,
            "origin": installed.origin if installed else None,
            "folder": str(installed.folder) if installed else None,
        }
        for tool, installed in rows
    ]


def _apps(snapshot: ClusterSnapshot) -> list[Json]:
    ready = Counter((pod.namespace, pod.app) for pod in snapshot.pods if pod.ready)
    pods = Counter((pod.namespace, pod.app) for pod in snapshot.pods)
    return [
        {
            "namespace": namespace,
            "app": app,
            "ready": ready[namespace, app],
            "replicas": snapshot.replicas.get((namespace, app), pods[namespace, app]),
        }
        for namespace, app in sorted(pods.keys() | snapshot.replicas.keys())
    ]


def _problems(result: PreflightResult) -> list[Json]:
    return [
        {"severity": it.severity, "subject": it.subject, "problem": it.message, "remedy": it.remedy}
        for it in result.problems
    ]


def _violations(violations: Sequence[Violation]) -> list[Json]:
    return [
        {
            "rule": violation.rule,
            "urn": violation.urn,
            "stops": violation.stops,
            "known": not violation.is_undetermined,
            "message": violation.summary,
        }
        for violation in violations
    ]


def _guarded_change(change: GuardedChange) -> Json:
    return {
        "name": change.name,
        "urn": change.urn,
        "effect": change.effect,
        "fields": [field.path for field in change.fields],
        "protected": change.is_protected,
    }


def _value(setting: Setting | None) -> Json | None:
    return {"value": setting.value, "origin": setting.origin} if setting else None


def _lock(lock: Lock) -> Json:
    holder = lock.holder
    return {
        "id": lock.id,
        "user": holder.user if holder else None,
        "host": holder.host if holder else None,
        "pid": holder.pid if holder else None,
        "since": datetime.fromtimestamp(holder.since).astimezone().isoformat() if holder else None,
        "gone": lock.is_stale,
    }
